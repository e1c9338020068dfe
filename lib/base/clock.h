#pragma once
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace alohook {

/// A point in wall-clock time, UTC, in microseconds.
using Time = std::chrono::sys_time<std::chrono::microseconds>;

/// Returns whole seconds since 1970, rounded down.
std::int64_t unix_seconds(Time time);

/// Formats as ISO 8601 in UTC with milliseconds: `2026-11-23T17:00:00.123Z`.
std::string iso8601(Time time);

/// Reads `2026-11-23T17:00:00Z`, with or without a fraction (digits past microseconds are dropped);
/// nullopt for anything else.
std::optional<Time> parse_iso8601(std::string_view text);

/// Reads `250ms`, `30s`, `5m`, `2h`, or a bare number of seconds; the number may have a fraction.
/// Returns nullopt for anything else, a negative number, or more than 10 years.
std::optional<std::chrono::microseconds> parse_duration(std::string_view text);

/// Formats for people: `0.42 ms`, `12 ms`, `1.3 s`, `2 min 5 s`.
std::string human_duration(std::chrono::microseconds duration);

}  // namespace alohook
