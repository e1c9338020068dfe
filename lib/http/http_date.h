#pragma once
#include <chrono>
#include <optional>
#include <string_view>

#include "base/clock.h"

namespace alohook {

/// Parses an HTTP date in any of the three formats of RFC 9110 section 5.6.7; nullopt for anything else. `now`
/// determines the century for the format with a two-digit year.
std::optional<Time> parse_http_date(std::string_view text, Time now);

/// Parses a `Retry-After` header. Returns how long to wait from `now`: zero for a date in the past, at most 10 years.
std::optional<std::chrono::seconds> parse_retry_after(std::string_view value, Time now);

}  // namespace alohook
