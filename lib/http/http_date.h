#pragma once
#include <chrono>
#include <optional>
#include <string_view>

#include "base/clock.h"

namespace alohook {

/// Reads an HTTP date in any of the three forms of RFC 9110 section 5.6.7; nullopt for anything else.
/// `now` decides on the century of the form that has two digits for the year.
std::optional<Time> parse_http_date(std::string_view text, Time now);

/// Reads a `Retry-After` header: how long to wait from `now`, zero for a date that has passed; at most 10 years.
std::optional<std::chrono::seconds> parse_retry_after(std::string_view value, Time now);

}  // namespace alohook
