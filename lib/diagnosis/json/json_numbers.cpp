#include "diagnosis/json/json_numbers.h"

#include <charconv>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <optional>

#include "base/text.h"

namespace alohook {
namespace {

constexpr std::size_t python_digit_limit = 4300;  // longer integers raise ValueError since 3.11

constexpr std::size_t shortest_exact = 15;  // digits that any double holds

/// How a language lays out a double: plain notation between two decimal points, else with an exponent.
struct DoubleLayout {
  int lowest_point, highest_point;  // 0.digits × 10^point is written plainly when the point is within
  bool fraction;                    // `1.0` for a whole number in plain notation
  bool exponent_fraction;           // `1.0e21` for a single digit before an exponent
  char exponent_mark;
  bool exponent_plus;
  std::size_t exponent_digits;
};

constexpr DoubleLayout layout_of(JsonNumbers rule) {
  switch (rule) {
    case JsonNumbers::python:
      return {-3, 16, true, false, 'e', true, 2};
    case JsonNumbers::php:
      return {-3, 17, false, true, 'e', true, 1};
    case JsonNumbers::php_fraction:
      return {-3, 17, true, true, 'e', true, 1};
    case JsonNumbers::ruby:
      return {-3, 15, true, true, 'e', true, 2};
    case JsonNumbers::java:
    case JsonNumbers::java_doubles:
      return {-2, 7, true, true, 'E', false, 1};
    default:
      return {-5, 21, false, false, 'e', true, 1};  // ECMAScript; Go has the same
  }
}

/// A finite double as its shortest digits: 0.digits × 10^point.
struct Decimal {
  bool is_negative = false;
  std::string digits;
  int point = 0;
};

Decimal decimal_of(double value, bool at_least_two_digits) {
  char text[32];
  auto end = std::to_chars(text, text + sizeof text, value, std::chars_format::scientific).ptr;
  Decimal result;
  result.is_negative = text[0] == '-';
  // Java's rule: with one digit enough, the nearest of two digits is taken (4.9E-324, not 5E-324).
  if (at_least_two_digits && text[result.is_negative + 1] == 'e') {
    end = std::to_chars(text, text + sizeof text, value, std::chars_format::scientific, 1).ptr;
  }
  const std::string_view view(text, static_cast<std::size_t>(end - text));
  const std::size_t mark = view.find('e');
  for (const char c : view.substr(0, mark)) {
    if (is_digit(c)) result.digits += c;
  }
  while (result.digits.size() > 1 && result.digits.back() == '0') result.digits.pop_back();
  result.point = std::atoi(std::string(view.substr(mark + 1)).c_str()) + 1;
  return result;
}

void append_plain(std::string& out, const Decimal& number, bool fraction) {
  const auto point = static_cast<std::size_t>(number.point > 0 ? number.point : 0);
  if (number.point <= 0) {
    out.append("0.").append(static_cast<std::size_t>(-number.point), '0').append(number.digits);
  } else if (number.digits.size() > point) {
    out.append(number.digits, 0, point).append(".").append(number.digits, point);
  } else {
    out.append(number.digits).append(point - number.digits.size(), '0').append(fraction ? ".0" : "");
  }
}

void append_exponent(std::string& out, const Decimal& number, const DoubleLayout& layout) {
  out += number.digits[0];
  if (number.digits.size() > 1) {
    out.append(".").append(number.digits, 1);
  } else if (layout.exponent_fraction) {
    out += ".0";
  }
  const int exponent = number.point - 1;
  out += layout.exponent_mark;
  if (exponent < 0) out += '-';
  if (exponent >= 0 && layout.exponent_plus) out += '+';
  const std::string digits = std::to_string(std::abs(exponent));
  if (digits.size() < layout.exponent_digits) out.append(layout.exponent_digits - digits.size(), '0');
  out += digits;
}

void append_double(std::string& out, double value, JsonNumbers rule) {
  const DoubleLayout layout = layout_of(rule);
  const bool is_java = rule == JsonNumbers::java || rule == JsonNumbers::java_doubles;
  const Decimal number = decimal_of(value, is_java);
  const bool drops_sign = rule == JsonNumbers::javascript && value == 0;
  if (number.is_negative && !drops_sign) out += '-';
  // Ruby stays plain as long as digits remain behind the point.
  const bool ruby_plain =
      rule == JsonNumbers::ruby && number.point > 0 && number.point < static_cast<int>(number.digits.size());
  if (ruby_plain || (number.point >= layout.lowest_point && number.point <= layout.highest_point)) {
    append_plain(out, number, layout.fraction);
  } else {
    append_exponent(out, number, layout);
  }
}

double read_double(std::string_view raw) {
  double value = 0;
  const auto result = std::from_chars(raw.data(), raw.data() + raw.size(), value);
  // from_chars does not say whether the number was too big or too small.
  return result.ec == std::errc() ? value : std::strtod(std::string(raw).c_str(), nullptr);
}

bool fits_64_bits(std::string_view raw) {
  std::int64_t value = 0;
  return std::from_chars(raw.data(), raw.data() + raw.size(), value).ec == std::errc();
}

bool keeps_integer(std::string_view raw, JsonNumbers rule) {
  switch (rule) {
    case JsonNumbers::python:
    case JsonNumbers::ruby:
    case JsonNumbers::java:
      return true;
    case JsonNumbers::php:
    case JsonNumbers::php_fraction:
      return fits_64_bits(raw);
    default:
      return false;
  }
}

bool append_infinity(std::string& out, bool is_negative, JsonNumbers rule) {
  if (rule == JsonNumbers::javascript) {
    out += "null";
    return true;
  }
  if (rule != JsonNumbers::python) return false;
  out += is_negative ? "-Infinity" : "Infinity";
  return true;
}

}  // namespace

bool append_json_number(std::string& out, std::string_view raw, JsonNumbers rule) {
  const bool is_integer = raw.find_first_of(".eE") == std::string_view::npos;
  if (rule == JsonNumbers::as_written) {
    out += raw;
    return true;
  }
  if (is_integer && keeps_integer(raw, rule)) {
    if (rule == JsonNumbers::python && raw.size() > python_digit_limit) return false;
    out += raw == "-0" ? "0" : raw;
    return true;
  }
  // Integers this short are exact as doubles, and plain in every language but one.
  if (is_integer && raw.size() <= shortest_exact && raw != "-0" && rule != JsonNumbers::java_doubles) {
    out += raw;
    return true;
  }
  const double value = read_double(raw);
  if (std::isinf(value)) return append_infinity(out, value < 0, rule);
  append_double(out, value, rule);
  return true;
}

}  // namespace alohook
