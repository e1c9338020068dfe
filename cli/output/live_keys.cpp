#include "output/live_keys.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <utility>

#include "base/visible.h"

namespace alohook {
namespace {

bool contains_ignoring_case(std::string_view text, std::string_view part) {
  const auto equal = [](char a, char b) {
    return std::tolower(static_cast<unsigned char>(a)) == std::tolower(static_cast<unsigned char>(b));
  };
  return std::search(text.begin(), text.end(), part.begin(), part.end(), equal) != text.end();
}

bool is_rejected(const ReceivedEvent& event) { return event.verification.verdict != Verdict::valid; }

void erase_last_character(std::string& text) {
  while (!text.empty() && (static_cast<unsigned char>(text.back()) & 0xC0) == 0x80) text.pop_back();
  if (!text.empty()) text.pop_back();
}

}  // namespace

LiveKeys::LiveKeys(Console& console, StatusLine& line, EventView& view, Actions actions)
    : console_(console), line_(line), view_(view), actions_(std::move(actions)) {
  update_line();
}

void LiveKeys::on_event(Event event) {
  ++count_;
  if (is_rejected(*event)) ++rejected_;
  if (is_paused_) ++arrived_since_;
  bytes_ += event->request.body.size();
  events_.push_back(std::move(event));
  while (events_.size() > max_events || (bytes_ > max_bytes && events_.size() > 1)) {
    bytes_ -= events_.front()->request.body.size();
    events_.pop_front();
  }
  update_line();
  if (!matches(*events_.back())) console_.redraw();  // nothing else will
}

bool LiveKeys::matches(const ReceivedEvent& event) const {
  if (filter_.empty()) return true;
  return contains_ignoring_case(event.type.value_or(""), filter_) ||
         contains_ignoring_case(name_of(event.verification.verdict), filter_) ||
         event.id.starts_with(filter_) || contains_ignoring_case(event.request.body, filter_);
}

void LiveKeys::print(const std::string& text) {
  if (!is_paused_) return console_.human(text);
  if (held_.size() < max_held) {
    held_.push_back(text);
  } else {
    ++not_held_;
  }
  console_.redraw();
}

void LiveKeys::finish() {
  if (is_paused_) release();
}

void LiveKeys::on_key(const Key& key) {
  switch (key.kind) {
    case Key::Kind::resized:
      return console_.redraw();
    case Key::Kind::resumed:
      line_.show(true);
      return console_.redraw();
    case Key::Kind::suspended:
      return line_.show(false);
    default:
      break;
  }
  if (typed_) {
    on_filter_key(key);
  } else if (key.kind == Key::Kind::up || key.kind == Key::Kind::down) {
    choose(key.kind == Key::Kind::up ? -1 : 1);
  } else if (key.kind == Key::Kind::enter) {
    console_.human(chosen_ ? actions_.whole(*chosen_) : "\n");
  } else if (key.kind == Key::Kind::escape) {
    chosen_ = nullptr;
  } else if (key.kind == Key::Kind::character) {
    on_character(key.text);
  }
  update_line();
  console_.redraw();
}

void LiveKeys::on_character(const std::string& text) {
  switch (text[0]) {
    case 'r':
      return with_event([this](const Event& event) { console_.human(actions_.replay(event)); });
    case 'c':
      return with_event([this](const Event& event) {
        const std::string command = actions_.curl(*event);
        console_.copy(command);
        console_.human(command);
      });
    case 'e':
      return with_event([this](const Event& event) { console_.human(actions_.explain(*event)); });
    case 'o':
      if (actions_.open) actions_.open();
      return;
    case 'p':
      return is_paused_ ? release() : pause();
    case '/':
      typed_ = filter_;
      return;
    case 'v':
      view_.with_headers = !view_.with_headers;
      return console_.human(view_.with_headers ? "headers are shown\n" : "headers are hidden\n");
    case '?':
      return show_keys();
    case 'q':
      return actions_.quit();
    default:
      return;
  }
}

void LiveKeys::on_filter_key(const Key& key) {
  if (key.kind == Key::Kind::character) *typed_ += key.text;
  if (key.kind == Key::Kind::erase) erase_last_character(*typed_);
  if (key.kind == Key::Kind::escape) {
    typed_ = std::nullopt;
    filter_.clear();
  }
  if (key.kind != Key::Kind::enter) return;
  filter_ = *typed_;
  typed_ = std::nullopt;
  if (filter_.empty()) return;
  const auto count =
      std::count_if(events_.begin(), events_.end(), [this](const Event& event) { return matches(*event); });
  console_.human(fmt::format("only events with '{}' are shown, {} so far; / and Esc shows all\n",
                             visible(filter_), count));
}

void LiveKeys::choose(int step) {
  std::deque<Event> shown;
  std::copy_if(events_.begin(), events_.end(), std::back_inserter(shown),
               [this](const Event& event) { return matches(*event); });
  if (shown.empty()) return;
  const auto at = std::find(shown.begin(), shown.end(), chosen_);
  if (at == shown.end()) {
    chosen_ = step < 0 ? shown.back() : shown.front();
    return;
  }
  const auto index =
      std::clamp<std::ptrdiff_t>(at - shown.begin() + step, 0, static_cast<std::ptrdiff_t>(shown.size()) - 1);
  chosen_ = shown[static_cast<std::size_t>(index)];
}

void LiveKeys::with_event(const std::function<void(const Event&)>& act) {
  if (chosen_) return act(chosen_);
  if (!events_.empty()) return act(Event(events_.back()));
  if (!std::exchange(has_said_none_, true)) console_.human("no event has arrived yet\n");
}

void LiveKeys::pause() {
  is_paused_ = true;
  arrived_since_ = 0;
}

void LiveKeys::release() {
  is_paused_ = false;
  std::string all;
  for (const std::string& text : std::exchange(held_, {})) all += text;
  if (const auto left_out = std::exchange(not_held_, 0); left_out > 0)
    all += fmt::format("… {} more lines were not held: alohook events lists them\n", left_out);
  if (!all.empty()) console_.human(all);
}

void LiveKeys::show_keys() {
  std::string text =
      "  ↑ ↓    choose an event        Esc  let go of it\n"
      "  Enter  show it in full        e    explain why it was rejected\n"
      "  r      replay it              c    copy it as a curl command\n"
      "  p      pause the log          /    filter by type, verdict or text\n"
      "  v      headers on or off      q    quit, as Ctrl-C\n";
  if (actions_.open) text += "  o      open the inspector\n";
  console_.human(text);
}

void LiveKeys::update_line() {
  if (typed_) return line_.set("/" + visible(*typed_) + "▏", "Enter applies, Esc drops the filter");
  std::string text = fmt::format("{} event{}", count_, count_ == 1 ? "" : "s");
  if (rejected_ > 0) text += fmt::format(" · {} rejected", rejected_);
  if (is_paused_) text += fmt::format(" · paused, {} new", arrived_since_);
  if (!filter_.empty()) text += fmt::format(" · /{}", visible(filter_));
  if (chosen_) {
    text += fmt::format(" · ▸ {} {} {}", chosen_->type ? visible(*chosen_->type) : "(no type)",
                        is_rejected(*chosen_) ? "✗" : "✓", local_clock(chosen_->received_at));
  }
  line_.set(std::move(text),
            fmt::format("↑↓ choose  ⏎ show  r replay  c curl  e explain  {}p pause  / filter  ? keys",
                        actions_.open ? "o open  " : ""));
}

}  // namespace alohook
