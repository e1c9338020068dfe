#include "http/http_date.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "base/text.h"

namespace alohook {
namespace {

using namespace std::chrono;

constexpr std::array<std::string_view, 12> months = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                     "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

/// Returns whether a date matches a pattern: `9` is a digit, `_` a digit or a space, `A` a letter, anything else
/// itself.
bool fits(std::string_view text, std::string_view picture) {
  return std::ranges::equal(text, picture, [](char c, char p) {
    return p == '9' ? is_digit(c) : p == '_' ? is_digit(c) || c == ' ' : p == 'A' ? is_letter(c) : c == p;
  });
}

int number(std::string_view text) {
  if (text.starts_with(' ')) text.remove_prefix(1);
  int value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

/// `clock` has the format `08:49:37`.
std::optional<Time> make_time(int year_number, std::string_view month_name, int day_number,
                              std::string_view clock) {
  const auto found = std::ranges::find(months, month_name);
  if (found == months.end()) return std::nullopt;
  const month m{static_cast<unsigned>(found - months.begin()) + 1};
  const year_month_day date{year{year_number}, m, day{static_cast<unsigned>(day_number)}};
  const int h = number(clock.substr(0, 2)), min = number(clock.substr(3, 2)), s = number(clock.substr(6, 2));
  if (!date.ok() || h > 23 || min > 59 || s > 60) return std::nullopt;
  return Time{sys_days{date} + hours{h} + minutes{min} + seconds{s}};
}

}  // namespace

std::optional<Time> parse_http_date(std::string_view text, Time now) {
  // Sun, 06 Nov 1994 08:49:37 GMT
  if (fits(text, "AAA, 99 AAA 9999 99:99:99 GMT")) {
    return make_time(number(text.substr(12, 4)), text.substr(8, 3), number(text.substr(5, 2)),
                     text.substr(17, 8));
  }
  // Sun Nov  6 08:49:37 1994
  if (fits(text, "AAA AAA _9 99:99:99 9999")) {
    return make_time(number(text.substr(20, 4)), text.substr(4, 3), number(text.substr(8, 2)),
                     text.substr(11, 8));
  }
  // Sunday, 06-Nov-94 08:49:37 GMT
  const auto comma = text.find(',');
  if (comma == std::string_view::npos || !fits(text.substr(comma), ", 99-AAA-99 99:99:99 GMT"))
    return std::nullopt;
  text.remove_prefix(comma);
  const int this_year = static_cast<int>(year_month_day{floor<days>(now)}.year());
  int full_year = this_year / 100 * 100 + number(text.substr(9, 2));
  if (full_year > this_year + 50) full_year -= 100;  // RFC 9110: in the past if over 50 years ahead
  return make_time(full_year, text.substr(5, 3), number(text.substr(2, 2)), text.substr(12, 8));
}

std::optional<std::chrono::seconds> parse_retry_after(std::string_view value, Time now) {
  constexpr seconds longest{10LL * 366 * 86400};
  if (!value.empty() && std::ranges::all_of(value, is_digit)) {
    std::int64_t count = 0;
    const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), count);
    return error == std::errc{} ? std::min(seconds{count}, longest) : longest;
  }
  const auto date = parse_http_date(value, now);
  if (!date) return std::nullopt;
  return std::clamp(ceil<seconds>(*date - now), seconds{0}, longest);
}

}  // namespace alohook
