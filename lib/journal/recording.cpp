#include "journal/recording.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <iterator>
#include <utility>

#include "base/error.h"
#include "base/visible.h"
#include "events/event_type.h"
#include "journal/har.h"

namespace alohook {
namespace {

constexpr std::size_t shortest_id = 6;
constexpr std::uint64_t max_told = 10;  // damaged lines

/// Takes bytes off the stream until they tell whether it is HAR, an object whose first key is `log`.
bool starts_like_har(std::istream& in, std::string& taken) {
  constexpr std::string_view start = R"({"log")";
  std::string text;  // without white space and byte order mark
  while (text.size() < start.size()) {
    const int c = in.get();
    if (c == std::istream::traits_type::eof()) return false;
    taken += static_cast<char>(c);
    const bool is_mark =
        taken.size() <= 3 && taken == std::string_view("\xEF\xBB\xBF").substr(0, taken.size());
    if (is_mark || c == ' ' || c == '\t' || c == '\r' || c == '\n') continue;
    text += static_cast<char>(c);
    if (!start.starts_with(text)) return false;
  }
  return true;
}

RecordedEvent as_event(CapturedRequest captured) {
  Request& request = captured.request;
  // What HTTP/2 puts in place of the request line (`:path`) is no header on this wire.
  std::erase_if(request.headers, [](const Header& header) { return header.name.starts_with(':'); });
  RecordedEvent event;
  event.received_at = captured.at.value_or(Time{});
  event.type = event_type_of(request.body);
  if (const auto signature = header_value(request.headers, signature_header)) {
    if (const auto mac = parse_mac(*signature)) event.encoding = mac->encoding;
  }
  event.request = std::move(request);
  return event;
}

}  // namespace

std::istream& Recording::open(const std::string& path, std::istream& standard_input) {
  if (path == "-") return standard_input;
  std::error_code ignored;
  file_.open(path, std::ios::binary);
  if (!file_ || std::filesystem::is_directory(path, ignored)) {
    throw Error(fmt::format("cannot read '{}'", path), "name a file that is there and readable");
  }
  if (std::filesystem::is_regular_file(path, ignored)) size_ = std::filesystem::file_size(path, ignored);
  return file_;
}

Recording::Recording(const std::string& path, std::istream& standard_input, Note note)
    : path_(path == "-" ? "standard input" : path), note_(std::move(note)), in_(open(path, standard_input)) {
  std::string taken;
  if (starts_like_har(in_, taken)) {
    taken.append(std::istreambuf_iterator<char>(in_), {});
    std::size_t passed_over = 0;
    for (CapturedRequest& captured : read_har(taken)) {
      if (captured.request.method != "POST") {
        ++passed_over;
      } else {
        har_.push_back(as_event(std::move(captured)));
      }
    }
    if (passed_over > 0) {
      note_(fmt::format("note: {} request{} of '{}' passed over, not being POST", passed_over,
                        passed_over == 1 ? "" : "s", visible(path_)));
    }
    return;
  }
  const auto on_damage = [this](std::uint64_t line, JournalDamage damage) { tell_of(line, damage); };
  journal_.emplace(in_, on_damage, std::move(taken), size_ == 0 ? JournalReader::no_end : size_);
}

std::optional<RecordedEvent> Recording::next() {
  if (!journal_) {
    if (har_at_ == har_.size()) return std::nullopt;
    return std::move(har_[har_at_++]);
  }
  auto event = journal_->next();
  if (event) has_events_ = true;
  if (!event && !has_events_ && damaged_ > 0) {
    throw Error(fmt::format("'{}' is neither a journal nor HAR", path_),
                "a journal is what alohook listen --record writes: one event a line");
  }
  return event;
}

std::optional<double> Recording::progress() const {
  if (!journal_ || size_ == 0) return std::nullopt;
  return static_cast<double>(journal_->bytes_read()) / static_cast<double>(size_);
}

void Recording::tell_of(std::uint64_t line, JournalDamage damage) {
  if (++damaged_ > max_told) return;
  const std::string_view what = damage == JournalDamage::torn       ? "is torn off"
                                : damage == JournalDamage::too_long ? "is too long"
                                                                    : "is not an event of a journal";
  note_(fmt::format("note: line {} of '{}' {}, skipped{}", line, visible(path_), what,
                    damaged_ == max_told ? "; further ones are not told" : ""));
}

std::deque<RecordedEvent> find_events(const std::vector<std::string>& ids, Recording& recording) {
  for (const std::string& id : ids) {
    if (id.size() >= shortest_id) continue;
    throw Error(fmt::format("the id '{}' is too short", id),
                fmt::format("give at least {} characters of it", shortest_id));
  }
  std::vector<std::string> found(ids.size());
  std::deque<RecordedEvent> events;
  while (auto event = recording.next()) {
    bool is_wanted = false;
    for (std::size_t i = 0; i < ids.size(); ++i) {
      if (!event->id.starts_with(ids[i])) continue;
      if (!found[i].empty() && found[i] != event->id) {
        throw Error(fmt::format("the id '{}' fits several events: {} and {}", ids[i], found[i], event->id),
                    "give more of it");
      }
      found[i] = event->id;
      is_wanted = true;
    }
    if (is_wanted) events.push_back(std::move(*event));
  }
  const auto missing = std::find(found.begin(), found.end(), "");
  if (missing != found.end()) {
    const std::string& id = ids[static_cast<std::size_t>(missing - found.begin())];
    throw Error(fmt::format("there is no event '{}' in '{}'", id, recording.name()),
                "ids are what alohook listen shows at the end of an event's first line");
  }
  return events;
}

}  // namespace alohook
