#pragma once
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"

namespace alohook {

/// What a list shows of an event on one line.
struct EventRow {
  std::int64_t n = 0;  ///< its number in the feed
  std::string id;
  Time at;
  std::optional<std::string> type;
  std::string title;       ///< see `event_title`
  std::string verdict;     ///< `valid`, `stale` …; empty when it isn't known
  std::string cause = {};  ///< the likely cause's id, when it is known
  int status = 0;
  std::string fault = {};
  std::chrono::microseconds took{0};
  std::optional<int> forward_status = {};
  std::string forward_obstacle = {};  ///< `refused`, `timed-out` …
  std::size_t bytes = 0;              ///< of the body
  std::string body_hash = {};         ///< the first 8 hex digits of the body's SHA-256
  std::string method;
  std::string target;
};

/// Returns the first string among `/action/title`, `/message/text`, `/title` and `/name` of a body, cut to 120
/// characters; empty when there is none.
std::string event_title(std::string_view body);

/// Returns the first 8 hex digits of the body's SHA-256.
std::string body_fingerprint(std::string_view body);

/// Returns the row as a JSON object.
std::string to_json(const EventRow& row);

}  // namespace alohook
