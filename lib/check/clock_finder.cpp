#include "check/clock_finder.h"

#include <fmt/format.h>

#include <cstdlib>
#include <vector>

#include "http/http_date.h"

namespace alohook {
namespace {

constexpr std::int64_t minute = 60, hour = 3600, day = 86'400;
constexpr std::int64_t widest_window = 2 * hour;
constexpr std::int64_t least_offset = 30;

/// Offsets to try, the likeliest first: time zones, drift, the zones with half and quarter hours that exist, a day. A
/// usual window of five minutes leaves no gaps up to an hour, one of a minute none up to eleven minutes.
std::vector<std::int64_t> offsets(bool is_near) {
  if (!is_near) {
    return {
        -10 * minute,           10 * minute, -5 * minute, 5 * minute, hour,     -hour,    2 * hour, -2 * hour,
        5 * hour + 30 * minute, -5 * hour,   -8 * hour,   8 * hour,   9 * hour, -4 * hour};
  }
  std::vector<std::int64_t> list;
  const auto add = [&](std::int64_t offset) {
    list.push_back(-offset);
    list.push_back(offset);
  };
  for (std::int64_t hours = 1; hours <= 14; ++hours) add(hours * hour);
  for (const std::int64_t minutes : {2, 4, 6, 8, 10, 14, 18, 26, 34, 42, 50}) add(minutes * minute);
  for (const double hours : {2.5, 3.5, 4.5, 5.5, 5.75, 6.5, 8.75, 9.5, 10.5, 12.75, 13.75})
    add(static_cast<std::int64_t>(hours * hour));
  add(day);
  return list;
}

std::string shown(std::int64_t seconds) {
  const std::int64_t size = std::llabs(seconds);
  if (size < 2 * minute) return fmt::format("{} s", size);
  if (size < hour) return fmt::format("{} min", (size + minute / 2) / minute);
  const std::int64_t minutes = (size + minute / 2) / minute;
  if (size >= 2 * day) return fmt::format("{} days", (size + day / 2) / day);
  return minutes % 60 == 0 ? fmt::format("{} h", minutes / 60)
                           : fmt::format("{} h {} min", minutes / 60, minutes % 60);
}

}  // namespace

bool ClockFinder::is_accepted(const std::string& timestamp) {
  if (!may_send_()) return false;
  const std::string body = session_.body();
  CheckRequest trial{.sent = "a request signed for another time",
                     .request = session_.request(body, session_.sign(timestamp, body))};
  trial.is_wrong = true;
  return session_.reaction(trial, session_.send(trial)) == Reaction::accepted;
}

std::optional<std::int64_t> ClockFinder::offset_of_date() const {
  const auto& response = session_.facts.first_answer.response;
  const auto date = response ? header_value(response->headers, "Date") : std::nullopt;
  const auto theirs = date ? parse_http_date(*date, session_.world().now()) : std::nullopt;
  if (!theirs) return std::nullopt;
  const std::int64_t offset = unix_seconds(*theirs) - unix_seconds(session_.world().now());
  return std::llabs(offset) < least_offset ? std::nullopt : std::optional(offset);
}

std::optional<std::int64_t> ClockFinder::sweep() {
  // The Date header may come from a proxy, so it is just the first offset to try.
  if (const auto offset = offset_of_date(); offset && is_accepted_at(*offset)) return offset;
  for (const std::int64_t offset : offsets(session_.settings().is_loopback)) {
    if (!may_send_()) break;
    if (is_accepted_at(offset)) return offset;
  }
  return std::nullopt;
}

/// Returns the last accepted offset in this direction, accurate to two seconds.
std::int64_t ClockFinder::edge(std::int64_t accepted, int direction) {
  std::int64_t inside = 0, outside = widest_window;
  if (is_accepted_at(accepted + direction * outside)) return accepted + direction * outside;
  while (outside - inside > 2) {
    const std::int64_t middle = (inside + outside) / 2;
    (is_accepted_at(accepted + direction * middle) ? inside : outside) = middle;
  }
  return accepted + direction * inside;
}

Cause ClockFinder::describe(std::int64_t accepted) {
  const std::int64_t oldest = edge(accepted, -1), newest = edge(accepted, 1);
  std::int64_t offset = (oldest + newest) / 2;
  // If the window is open on one side, its middle says nothing about the clock.
  const bool is_open = newest - accepted >= widest_window || accepted - oldest >= widest_window;
  if (is_open) offset = accepted;
  const std::int64_t rounded = (offset + (offset < 0 ? -15 : 15)) / 30 * 30;
  const std::string amount = shown(std::llabs(offset - rounded) <= 3 ? rounded : offset);
  const std::string_view direction = offset > 0 ? "ahead of" : "behind";
  const bool is_zone = std::llabs(offset) > 20 * minute && std::llabs(offset) <= 14 * hour + minute &&
                       std::llabs(offset) % (15 * minute) <= 5;
  Cause cause{"clock-skew",
              fmt::format("The receiver's clock is about {} {} this machine's.", amount, direction),
              {},
              {}};
  cause.evidence = fmt::format(
      "it accepts timestamps from {:+} s to {:+} s around now, and rejects the current time", oldest, newest);
  cause.fixes = {
      {"", is_zone
               ? "It looks like a time zone: compare with Unix time, which has none (Math.floor(Date.now() / "
                 "1000), time.time(), Time.now.to_i)."
               : "Set the clock of the receiver's machine by NTP; a suspended VM or container keeps its "
                 "old time."}};
  cause.proven = true;
  return cause;
}

std::optional<Cause> ClockFinder::find() {
  if (is_accepted(session_.timestamp() + "000")) {
    return Cause{"timestamp-form",
                 "The receiver takes the timestamp for milliseconds.",
                 "a request is accepted when its timestamp is in milliseconds; ALO's is in seconds",
                 {{"", "Compare the timestamp header, which is in seconds, with the clock in seconds."},
                  {"Node", "Math.floor(Date.now() / 1000), not Date.now()"}},
                 true};
  }
  const auto accepted = sweep();
  return accepted ? std::optional(describe(*accepted)) : std::nullopt;
}

}  // namespace alohook
