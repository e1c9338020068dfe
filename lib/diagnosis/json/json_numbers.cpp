#include "diagnosis/json/json_numbers.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <iterator>
#include <optional>

#include "base/text.h"

namespace alohook {
namespace {

constexpr std::size_t python_digit_limit = 4300;  // longer integers raise ValueError since 3.11

constexpr std::size_t shortest_exact = 15;  // digits that every double can represent

constexpr int jq_zeros = 15;  // jq 1.6 writes up to this many trailing zeros before it uses an exponent
constexpr long long largest_exponent = 1000;  // larger ones would produce as many zeros

/// How a language formats a double: in plain notation for some exponents, otherwise with an exponent.
struct DoubleLayout {
  int lowest_point, highest_point;  // 0.digits × 10^point is in plain notation between these
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
    case JsonNumbers::newtonsoft:
      return {-3, 15, true, false, 'E', true, 2};
    case JsonNumbers::dotnet:
      return {-3, 15, false, false, 'E', true, 2};
    case JsonNumbers::serde:
      return {-4, 16, true, false, 'e', false, 1};
    case JsonNumbers::ujson:
      return {-3, 16, true, false, 'e', true, 1};
    case JsonNumbers::jq:
      return {-3, jq_zeros, false, false, 'e', true, 2};
    default:
      return {-5, 21, false, false, 'e', true, 1};  // ECMAScript; Go has the same
  }
}

/// The shortest digits that identify a finite double: 0.digits × 10^point.
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
  // In Java, if one digit is enough, the nearest number with two digits is used (4.9E-324, not 5E-324).
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
  // Ruby uses plain notation as long as there are digits after the decimal point.
  const bool ruby_plain =
      rule == JsonNumbers::ruby && number.point > 0 && number.point < static_cast<int>(number.digits.size());
  const int highest = rule == JsonNumbers::jq ? layout.highest_point + static_cast<int>(number.digits.size())
                                              : layout.highest_point;
  if (ruby_plain || (number.point >= layout.lowest_point && number.point <= highest)) {
    append_plain(out, number, layout.fraction);
  } else {
    append_exponent(out, number, layout);
  }
}

double read_double(std::string_view raw) {
  double value = 0;
  const auto result = std::from_chars(raw.data(), raw.data() + raw.size(), value);
  // from_chars doesn't tell whether the number was too large or too small.
  return result.ec == std::errc() ? value : std::strtod(std::string(raw).c_str(), nullptr);
}

bool fits_64_bits(std::string_view raw) {
  std::int64_t value = 0;
  return std::from_chars(raw.data(), raw.data() + raw.size(), value).ec == std::errc();
}

bool fits_64_bits_unsigned(std::string_view raw) {
  std::uint64_t value = 0;
  return std::from_chars(raw.data(), raw.data() + raw.size(), value).ec == std::errc();
}

bool keeps_integer(std::string_view raw, JsonNumbers rule) {
  switch (rule) {
    case JsonNumbers::python:
    case JsonNumbers::ruby:
    case JsonNumbers::java:
    case JsonNumbers::newtonsoft:
    case JsonNumbers::ujson:
      return true;
    case JsonNumbers::serde:
      return raw != "-0" && (fits_64_bits(raw) || fits_64_bits_unsigned(raw));
    case JsonNumbers::dotnet:
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

/// The parts of a number as written: -12.50e3.
struct Written {
  bool is_negative = false;
  std::string_view whole, fraction;
  long long exponent = 0;
};

Written parts_of(std::string_view raw) {
  Written parts;
  parts.is_negative = raw.starts_with('-');
  if (parts.is_negative) raw.remove_prefix(1);
  const std::size_t mark = raw.find_first_of("eE");
  if (mark != std::string_view::npos) parts.exponent = std::atoll(std::string(raw.substr(mark + 1)).c_str());
  raw = raw.substr(0, mark);
  const std::size_t point = raw.find('.');
  parts.whole = raw.substr(0, point);
  if (point != std::string_view::npos) parts.fraction = raw.substr(point + 1);
  return parts;
}

/// Writes the number without an exponent, with as many decimals as were written.
bool append_numeric(std::string& out, std::string_view raw) {
  const Written parts = parts_of(raw);
  if (parts.exponent > largest_exponent || parts.exponent < -largest_exponent) return false;
  std::string digits = std::string(parts.whole) + std::string(parts.fraction);
  const long long point = static_cast<long long>(parts.whole.size()) + parts.exponent;
  const long long scale = std::max(0LL, static_cast<long long>(parts.fraction.size()) - parts.exponent);
  if (point < 0) digits.insert(0, static_cast<std::size_t>(-point), '0');
  const std::size_t whole_size = point > 0 ? static_cast<std::size_t>(point) : 0;
  if (digits.size() < whole_size) digits.append(whole_size - digits.size(), '0');
  std::string whole = digits.substr(0, whole_size);
  whole.erase(0, std::min(whole.find_first_not_of('0'), whole.size()));
  std::string fraction = digits.substr(whole_size);
  fraction.resize(static_cast<std::size_t>(scale), '0');
  const bool is_zero = whole.empty() && fraction.find_first_not_of('0') == std::string::npos;
  if (parts.is_negative && !is_zero) out += '-';
  out += whole.empty() ? "0" : whole;
  if (!fraction.empty()) out.append(".").append(fraction);
  return true;
}

constexpr std::size_t longest_perl_integer = 18;  // for longer ones, the result depends on how Perl was built

bool append_perl(std::string& out, std::string_view raw, bool is_integer) {
  if (is_integer && raw.size() > longest_perl_integer) return false;
  if (is_integer) {
    out += raw == "-0" ? "0" : raw;
  } else {
    fmt::format_to(std::back_inserter(out), "{:.15g}", read_double(raw));
  }
  return true;
}

}  // namespace

bool append_json_number(std::string& out, std::string_view raw, JsonNumbers rule) {
  const bool is_integer = raw.find_first_of(".eE") == std::string_view::npos;
  if (rule == JsonNumbers::as_written) {
    out += raw;
    return true;
  }
  if (rule == JsonNumbers::numeric) return append_numeric(out, raw);
  if (rule == JsonNumbers::perl) return append_perl(out, raw, is_integer);
  if (is_integer && keeps_integer(raw, rule)) {
    if (rule == JsonNumbers::python && raw.size() > python_digit_limit) return false;
    out += raw == "-0" ? "0" : raw;
    return true;
  }
  // Integers this short are exact as doubles, and written in plain notation by every language but one.
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
