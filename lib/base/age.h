#pragma once
#include <cstdint>
#include <string>

namespace alohook {

/// Formats seconds for people, in one unit: `45 s`, `5 min`, `3 h`, `1 day`, `56,000 years`.
std::string human_age(std::int64_t seconds);

/// The same, but in seconds if it would look like the limit: 301 s against 5 min.
std::string human_age(std::int64_t seconds, std::int64_t limit);

/// Returns whether a number of seconds is so large that milliseconds were probably meant.
bool is_age_of_milliseconds(std::int64_t seconds);

}  // namespace alohook
