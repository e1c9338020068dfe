#include "base/clock.h"

#include <fmt/compile.h>

#include <charconv>
#include <cmath>

namespace alohook {
namespace {

using namespace std::chrono;

/// Reads exactly `width` digits at the front of `text` and removes them.
std::optional<unsigned> take_number(std::string_view& text, std::size_t width) {
  unsigned value = 0;
  if (text.size() < width) return std::nullopt;
  const auto [end, error] = std::from_chars(text.data(), text.data() + width, value);
  if (error != std::errc{} || end != text.data() + width) return std::nullopt;
  text.remove_prefix(width);
  return value;
}

bool take(std::string_view& text, char c) {
  if (!text.starts_with(c)) return false;
  text.remove_prefix(1);
  return true;
}

/// Reads `.123` as microseconds and removes it; returns zero without a dot.
std::optional<microseconds> take_fraction(std::string_view& text) {
  if (!take(text, '.')) return microseconds{0};
  const std::size_t count = std::min(text.find_first_not_of("0123456789"), text.size());
  if (count == 0) return std::nullopt;
  std::string digits(text.substr(0, std::min<std::size_t>(count, 6)));
  digits.resize(6, '0');
  text.remove_prefix(count);
  return microseconds{std::stol(digits)};
}

}  // namespace

std::int64_t unix_seconds(Time time) { return floor<seconds>(time).time_since_epoch().count(); }

std::string iso8601(Time time) {
  // Many events arrive in the same second.
  struct Second {
    sys_seconds time;
    std::string text;
  };
  thread_local Second last;
  const auto second = floor<seconds>(time);
  if (last.text.empty() || last.time != second) {
    const auto day = floor<days>(second);
    const year_month_day date{day};
    const hh_mm_ss clock{second - day};
    last = {second, fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}", static_cast<int>(date.year()),
                                static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                                clock.hours().count(), clock.minutes().count(), clock.seconds().count())};
  }
  return fmt::format(FMT_COMPILE("{}.{:03}Z"), last.text, floor<milliseconds>(time - second).count());
}

std::optional<Time> parse_iso8601(std::string_view text) {
  const auto y = take_number(text, 4);
  const auto mo = y && take(text, '-') ? take_number(text, 2) : std::nullopt;
  const auto d = mo && take(text, '-') ? take_number(text, 2) : std::nullopt;
  const auto h = d && take(text, 'T') ? take_number(text, 2) : std::nullopt;
  const auto mi = h && take(text, ':') ? take_number(text, 2) : std::nullopt;
  const auto s = mi && take(text, ':') ? take_number(text, 2) : std::nullopt;
  if (!s || *h > 23 || *mi > 59 || *s > 60) return std::nullopt;
  const auto fraction = take_fraction(text);
  const year_month_day date{year{static_cast<int>(*y)}, month{*mo}, day{*d}};
  if (!fraction || text != "Z" || !date.ok()) return std::nullopt;
  return Time{sys_days{date} + hours{*h} + minutes{*mi} + seconds{*s} + *fraction};
}

std::optional<microseconds> parse_duration(std::string_view text) {
  double value = 0;
  const auto [end, error] =
      std::from_chars(text.data(), text.data() + text.size(), value, std::chars_format::fixed);
  if (error != std::errc{} || !std::isfinite(value) || value < 0 || text.starts_with('-'))
    return std::nullopt;
  const std::string_view unit = text.substr(static_cast<std::size_t>(end - text.data()));
  double in_seconds = 0;
  if (unit == "ms") {
    in_seconds = value / 1000;
  } else if (unit == "s" || unit.empty()) {
    in_seconds = value;
  } else if (unit == "m" || unit == "min") {
    in_seconds = value * 60;
  } else if (unit == "h") {
    in_seconds = value * 3600;
  } else {
    return std::nullopt;
  }
  constexpr double ten_years = 10 * 366.0 * 86400;
  if (in_seconds > ten_years) return std::nullopt;
  return microseconds{std::llround(in_seconds * 1e6)};
}

std::string human_duration(microseconds duration) {
  const double ms = static_cast<double>(duration.count()) / 1000;
  if (ms < 10) return fmt::format("{:.2g} ms", ms);
  // The bounds are those of what is shown: 999.9 ms is 1.0 s, not 1000 ms.
  if (ms < 999.5) return fmt::format("{:.0f} ms", ms);
  if (ms < 59'950) return fmt::format("{:.1f} s", ms / 1000);
  const auto whole = round<seconds>(duration);
  return fmt::format("{} min {} s", whole.count() / 60, whole.count() % 60);
}

}  // namespace alohook
