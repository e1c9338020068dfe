#include "base/age.h"

#include <fmt/format.h>

#include <string_view>

namespace alohook {

std::string human_age(std::int64_t seconds) {
  constexpr std::int64_t minute = 60, hour = 60 * minute, day = 24 * hour, year = 31'556'952;
  struct Unit {
    std::int64_t from, size;
    std::string_view name;
  };
  // A unit is used from two of it on, but a day and a minute read well on their own.
  static constexpr Unit units[] = {
      {2 * year, year, "year"}, {day, day, "day"}, {2 * hour, hour, "h"}, {2 * minute, minute, "min"}};
  const std::int64_t size = seconds < 0 ? -(seconds + 1) : seconds;
  for (const Unit& unit : units) {
    if (size < unit.from) continue;
    std::int64_t count = (size + unit.size / 2) / unit.size;
    std::int64_t step = 1;
    while (count / step >= 100) step *= 10;
    if (count >= 1000) count = count / step * step;
    std::string digits = std::to_string(count);
    for (std::size_t at = digits.size(); at > 3;) digits.insert(at -= 3, 1, ',');
    const bool has_plural = unit.size >= day && count != 1;
    return fmt::format("{} {}{}", digits, unit.name, has_plural ? "s" : "");
  }
  return fmt::format("{} s", size);
}

std::string human_age(std::int64_t seconds, std::int64_t limit) {
  const std::string text = human_age(seconds);
  return seconds != limit && text == human_age(limit) ? fmt::format("{} s", seconds) : text;
}

bool is_age_of_milliseconds(std::int64_t seconds) {
  constexpr std::int64_t thousand_years = 31'556'952'000;
  return seconds > thousand_years || seconds < -thousand_years;
}

}  // namespace alohook
