#include "json/json_string.h"

#include "base/codec.h"
#include "base/plain_run.h"
#include "base/visible.h"

namespace alohook {
namespace {

/// Reads four hexadecimal digits at `at`; the text is known to be well-formed.
char32_t code_unit(std::string_view text, std::size_t at) {
  const std::string bytes = hex_decode(text.substr(at, 4)).value_or(std::string(2, '\0'));
  return (static_cast<unsigned char>(bytes[0]) << 8U) | static_cast<unsigned char>(bytes[1]);
}

/// Reads the `\uXXXX` at `at` (of the `u`) together with its other half; moves `at` past it.
char32_t escaped_code_point(std::string_view text, std::size_t& at) {
  const char32_t high = code_unit(text, at + 1);
  at += 5;
  if (!is_high_surrogate(high) || text.substr(at, 2) != "\\u") return high;
  const char32_t low = code_unit(text, at + 2);
  if (!is_low_surrogate(low)) return high;
  at += 6;
  return join_surrogates(high, low);
}

}  // namespace

std::string unescape_json_string(std::string_view raw) {
  const std::string_view text = raw.substr(1, raw.size() - 2);
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size();) {
    if (text[i] != '\\') {
      out.push_back(text[i++]);
      continue;
    }
    const char c = text[++i];
    if (c == 'u') {
      append_utf8(out, escaped_code_point(text, i));
      continue;
    }
    constexpr std::string_view letters = "bfnrt";
    constexpr std::string_view meanings = "\b\f\n\r\t";
    const auto letter = letters.find(c);
    out.push_back(letter == std::string_view::npos ? c : meanings[letter]);
    ++i;
  }
  return out;
}

namespace {

void append_unicode_escape(std::string& out, char32_t c) {
  const auto unit = [&out](char32_t value) {
    const char bytes[] = {static_cast<char>(value >> 8), static_cast<char>(value & 0xFF)};
    out += "\\u" + hex_encode({bytes, 2});
  };
  if (c >= 0x10000) {
    unit(high_surrogate(c));
    c = low_surrogate(c);
  }
  unit(c);
}

/// Appends what stands between a string's quotes, from `at` to the first byte that isn't UTF-8. Returns its place.
std::size_t append_characters(std::string& out, std::string_view text, std::size_t at) {
  while (true) {
    const std::size_t end = end_of_plain_run(text, at);
    out.append(text.data() + at, end - at);
    at = end;
    if (at == text.size()) return at;
    if (text[at] == '"' || text[at] == '\\') {
      out += '\\';
      out += text[at++];
      continue;
    }
    const CodePoint point = code_point_at(text, at);
    if (!point.valid) return at;
    constexpr std::string_view specials = "\b\f\n\r\t";
    constexpr std::string_view letters = "bfnrt";
    const auto special =
        point.value < 0x80 ? specials.find(static_cast<char>(point.value)) : std::string_view::npos;
    if (special != std::string_view::npos) {
      out += '\\';
      out += letters[special];
    } else if (is_deceptive(point.value)) {
      append_unicode_escape(out, point.value);
    } else {
      out.append(text.substr(at, point.length));
    }
    at += point.length;
  }
}

}  // namespace

bool append_json_string_if_utf8(std::string& out, std::string_view text) {
  const std::size_t begin = out.size();
  out.reserve(begin + text.size() + 2);
  out += '"';
  if (append_characters(out, text, 0) == text.size()) {
    out += '"';
    return true;
  }
  out.resize(begin);
  return false;
}

void append_json_string(std::string& out, std::string_view text) {
  out.reserve(out.size() + text.size() + 2);
  out += '"';
  for (std::size_t at = 0; (at = append_characters(out, text, at)) < text.size(); ++at)
    append_utf8(out, 0xFFFD);
  out += '"';
}

std::string quote_json_string(std::string_view text) {
  std::string out;
  append_json_string(out, text);
  return out;
}

}  // namespace alohook
