#include "options/bad_requests.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/visible.h"
#include "check/reaction.h"
#include "json/json_line.h"

namespace alohook {
namespace {

std::size_t longest_name() {
  std::size_t longest = 0;
  for (const Forgery& forgery : forgeries()) longest = std::max(longest, forgery.name.size());
  return longest;
}

std::string padded(std::string_view name) { return fmt::format("{:<{}}", name, longest_name()); }

JsonLine outcome_line(std::string_view event, const Delivery& delivery) {
  JsonLine line;
  line.number("schema", 1).string("event", event).string("outcome", name_of(delivery.outcome));
  if (delivery.exchange.response) {
    line.number("status", delivery.exchange.response->status);
  } else {
    line.string("detail", delivery.exchange.error.detail);
  }
  line.milliseconds("ms", delivery.exchange.elapsed.count());
  return line;
}

/// One row of the table.
std::string show_row(const Forgery& forgery, const Delivery& delivery, const Palette& paint) {
  const auto& response = delivery.exchange.response;
  const std::string name = padded(forgery.name);
  if (!response) {
    return fmt::format("{} {}  no response: {}\n", paint(Style::warning, "?"), name,
                       visible(delivery.exchange.error.detail));
  }
  if (delivery.outcome == Outcome::accepted) {
    return fmt::format("{} {}  {} rejected\n", paint(Style::good, "✓"), name, response->status);
  }
  const std::string what = response->status < 300
                               ? fmt::format("accepted: your server {}", forgery.accepted_means)
                               : "not rejected for its signature";
  return fmt::format("{} {}  {} {}\n", paint(Style::bad, "✗"), name, response->status, what);
}

/// Sends one kind; returns nothing, and why, when this body can't have the defect.
std::optional<Delivery> send_forgery(const BadRequests& requests, const Forgery& forgery,
                                     std::string& why_not) {
  try {
    return deliver(requests.make(&forgery), requests.transport, requests.expected);
  } catch (const Error& error) {
    why_not = error.what();
    return std::nullopt;
  }
}

/// Sends the control, and these kinds when it isn't accepted.
std::optional<int> send_control_and(const BadRequests& requests, std::span<const Forgery> kinds,
                                    Console& console) {
  const Delivery control = deliver(requests.make(nullptr), requests.transport, *StatusSet::parse("2xx"));
  console.json(outcome_line("control", control).take());
  if (control.outcome == Outcome::accepted) return std::nullopt;
  const Palette& paint = console.palette();
  console.human(fmt::format("{}: {}\n",
                            paint(Style::warning, "? the valid request sent first is not accepted"),
                            describe_answer(control.exchange)));
  bool is_one_accepted = false;
  if (!control.exchange.response) kinds = {};
  for (const Forgery& forgery : kinds) {
    std::string why_not;
    const auto sent = send_forgery(requests, forgery, why_not);
    if (!sent) continue;
    console.json(outcome_line("delivery", *sent).string("bad", forgery.name).take());
    const auto& response = sent->exchange.response;
    const bool is_accepted = sent->outcome == Outcome::refused && response && response->status < 300;
    if (is_accepted) console.human(show_row(forgery, *sent, paint));
    is_one_accepted = is_one_accepted || is_accepted;
  }
  if (is_one_accepted) return exit_no;
  console.human("  Rejections of invalid requests prove nothing: no valid one is accepted\n");
  return exit_could_not_judge;
}

}  // namespace

int list_forgeries(Console& console) {
  for (const Forgery& forgery : forgeries()) {
    console.human(
        fmt::format("{}  {}\n", console.palette()(Style::strong, padded(forgery.name)), forgery.meaning));
    console.json(JsonLine()
                     .number("schema", 1)
                     .string("event", "listed")
                     .string("bad", forgery.name)
                     .string("meaning", forgery.meaning)
                     .string("accepted_means", forgery.accepted_means)
                     .take());
  }
  return exit_yes;
}

std::optional<int> send_control(const BadRequests& requests, const Forgery& forgery, Console& console) {
  return send_control_and(requests, {&forgery, 1}, console);
}

int send_all_forgeries(const BadRequests& requests, Console& console) {
  if (const auto code = send_control_and(requests, forgeries(), console)) return *code;
  const Palette& paint = console.palette();
  console.human(fmt::format("{} {}  accepted\n", paint(Style::good, "✓"), padded("(valid)")));
  int rejected = 0, others = 0, silent = 0;
  for (const Forgery& forgery : forgeries()) {
    std::string why_not;
    const auto sent = send_forgery(requests, forgery, why_not);
    if (!sent) {
      console.human(fmt::format("- {}  skipped: {}\n", padded(forgery.name), why_not));
      continue;
    }
    const Delivery& delivery = *sent;
    ++(delivery.outcome == Outcome::accepted  ? rejected
       : delivery.outcome == Outcome::refused ? others
                                              : silent);
    console.human(show_row(forgery, delivery, paint));
    console.json(outcome_line("delivery", delivery).string("bad", forgery.name).take());
  }
  const bool is_good = others == 0 && silent == 0;
  const std::string total =
      fmt::format("{} {} invalid requests rejected, {} not rejected, {} without a response",
                  is_good ? "✓" : "✗", rejected, others, silent);
  console.human(paint(is_good ? Style::good : Style::bad, total) + "\n");
  return others > 0 ? exit_no : silent > 0 ? exit_could_not_judge : exit_yes;
}

}  // namespace alohook
