#include "output/event_log.h"

#include <fmt/format.h>

#include <utility>

namespace alohook {
namespace {

constexpr std::size_t readable_per_second = 5;
constexpr std::chrono::seconds calm{2};  // without an event, until bodies are shown again

}  // namespace

EventLog::EventLog(Settings settings, const Palette& paint)
    : settings_(std::move(settings)), paint_(paint), date_(local_date(settings_.began)) {}

EventView EventLog::view_now() const {
  EventView view = settings_.view;
  if (is_rushed_) view.output = EventOutput::compact;
  if (settings_.size) {
    const TerminalSize size = settings_.size();
    view.width = size.columns;
    view.rows = size.rows;
  }
  return view;
}

void EventLog::on_arrival(const ReceivedEvent& event) {
  awaited_.insert(event.id);
  settings_.print(arrival(event));
}

void EventLog::on_response(const ReceivedEvent& event) {
  std::string out = awaited_.erase(event.id) == 0 ? arrival(event) : "";
  const EventView view = view_now();
  out += show_response(event, view, paint_);
  if (view.output != EventOutput::compact) out += '\n';
  settings_.print(out);
}

void EventLog::on_hidden() {
  // The first one is reported at once: it explains why nothing seems to arrive.
  if (++hidden_ == 1) settings_.print(hidden_line());
}

void EventLog::finish() {
  if (const std::string line = hidden_line(); !line.empty()) settings_.print(line);
}

std::string EventLog::date_line(Time time) {
  const std::string date = local_date(time);
  if (std::exchange(date_, date) == date) return {};
  return paint_(Style::dim, fmt::format("── {} ──", date)) + "\n";
}

std::string EventLog::hidden_line() {
  const std::size_t count = hidden_ - std::exchange(hidden_told_, hidden_);
  if (count == 0) return {};
  const bool is_first = count == hidden_;
  return paint_(Style::dim,
                fmt::format("{}{} hidden by {}", count, is_first ? "" : " more", settings_.filters)) +
         "\n";
}

std::string EventLog::arrival(const ReceivedEvent& event) {
  std::string out = hidden_line() + date_line(event.received_at);
  look_at_rate(event.received_at, out);
  return out + show_arrival(event, view_now(), paint_);
}

void EventLog::look_at_rate(Time time, std::string& out) {
  if (!settings_.is_automatic) return;
  if (!recent_.empty() && time - recent_.back() > calm) is_rushed_ = false;
  recent_.push_back(time);
  while (recent_.front() + std::chrono::seconds{1} < time) recent_.pop_front();
  if (recent_.size() > 2 * readable_per_second) recent_.pop_front();
  if (recent_.size() <= readable_per_second) return;
  is_rushed_ = true;
  if (std::exchange(has_told_rush_, true)) return;
  out +=
      paint_(Style::dim, "events come faster than anyone can read: bodies are left out (--output pretty)") +
      "\n";
}

}  // namespace alohook
