#include "diagnosis/forms/charsets.h"

#include <fmt/format.h>

#include "base/codec.h"

namespace alohook {
namespace {

// What Windows-1252 has at 0x80 to 0x9F; 0 for unassigned bytes.
constexpr char32_t windows1252_high[32] = {0x20AC, 0,      0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021,
                                           0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0,      0x017D, 0,
                                           0,      0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014,
                                           0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0,      0x017E, 0x0178};

char32_t character_of(unsigned char byte, SingleByte charset) {
  const bool is_special = charset == SingleByte::windows1252 && byte >= 0x80 && byte < 0xA0;
  const char32_t special = is_special ? windows1252_high[byte - 0x80] : 0;
  return special != 0 ? special : byte;
}

/// Returns the byte for a character, or nullopt if the charset doesn't have it.
std::optional<char> byte_of(char32_t c, SingleByte charset) {
  if (charset == SingleByte::windows1252) {
    for (unsigned i = 0; i < 32; ++i) {
      if (windows1252_high[i] == c && c != 0) return static_cast<char>(0x80 + i);
    }
  }
  if (c < 0x100) return static_cast<char>(c);
  return std::nullopt;
}

}  // namespace

std::string utf8_from_single_byte(std::string_view bytes, SingleByte charset) {
  std::string out;
  out.reserve(bytes.size() + bytes.size() / 8);
  for (const char byte : bytes) append_utf8(out, character_of(static_cast<unsigned char>(byte), charset));
  return out;
}

std::optional<std::string> single_byte_from_utf8(std::string_view text, SingleByte charset, char substitute) {
  std::string out;
  for (std::size_t i = 0; i < text.size();) {
    const CodePoint c = code_point_at(text, i);
    if (!c.valid) return std::nullopt;
    const auto byte = byte_of(c.value, charset);
    if (byte || substitute != 0) out += byte.value_or(substitute);
    i += c.length;
  }
  return out;
}

std::string ascii_from_utf8(std::string_view text, std::string_view substitute) {
  std::string out;
  for (std::size_t i = 0; i < text.size();) {
    const CodePoint c = code_point_at(text, i);
    out += c.valid && c.value < 0x80 ? text.substr(i, 1) : substitute;
    i += c.length;
  }
  return out;
}

std::string ascii_from_bytes(std::string_view bytes, std::string_view substitute) {
  std::string out;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    out += static_cast<unsigned char>(bytes[i]) < 0x80 ? bytes.substr(i, 1) : substitute;
  }
  return out;
}

namespace {

/// Returns how many bytes from `at` on form the beginning of a character that is never completed: the maximal subpart
/// of chapter 3.9 of the Unicode Standard. At least 1.
std::size_t maximal_part(std::string_view bytes, std::size_t at) {
  const auto byte = [&](std::size_t i) {
    return i < bytes.size() ? static_cast<unsigned char>(bytes[i]) : 0U;
  };
  const unsigned first = byte(at);
  const std::size_t length = first >= 0xF0 && first <= 0xF4  ? 4
                             : first >= 0xE0 && first < 0xF0 ? 3
                             : first >= 0xC2 && first < 0xE0 ? 2
                                                             : 1;
  const unsigned low = first == 0xE0 ? 0xA0 : first == 0xF0 ? 0x90 : 0x80;
  const unsigned high = first == 0xED ? 0x9F : first == 0xF4 ? 0x8F : 0xBF;
  if (length == 1 || byte(at + 1) < low || byte(at + 1) > high) return 1;
  std::size_t size = 2;
  while (size < length && byte(at + size) >= 0x80 && byte(at + size) <= 0xBF) ++size;
  return size;
}

}  // namespace

std::string decode_lossy(std::string_view bytes, IllFormed unit, std::string_view substitute) {
  std::string out;
  out.reserve(bytes.size());
  bool is_in_run = false;
  for (std::size_t i = 0; i < bytes.size();) {
    const CodePoint c = code_point_at(bytes, i);
    if (c.valid) {
      out += bytes.substr(i, c.length);
      i += c.length;
      is_in_run = false;
      continue;
    }
    if (unit != IllFormed::run || !is_in_run) out += substitute;
    is_in_run = true;
    i += unit == IllFormed::maximal_part ? maximal_part(bytes, i) : 1;
  }
  return out;
}

std::string without_supplementary(std::string_view text, std::string_view substitute) {
  std::string out;
  for (std::size_t i = 0; i < text.size();) {
    const CodePoint c = code_point_at(text, i);
    out += c.value > 0xFFFF ? substitute : text.substr(i, c.length);
    i += c.length;
  }
  return out;
}

std::string question_marks_by_unit(std::string_view text, char32_t first_replaced) {
  std::string out;
  for (std::size_t i = 0; i < text.size();) {
    const CodePoint c = code_point_at(text, i);
    if (c.value < first_replaced) {
      out += static_cast<char>(c.value);
    } else {
      out.append(c.value > 0xFFFF ? 2 : 1, '?');
    }
    i += c.length;
  }
  return out;
}

std::string escaped_to_ascii(std::string_view text, AsciiEscape style) {
  std::string out;
  for (std::size_t i = 0; i < text.size();) {
    const CodePoint c = code_point_at(text, i);
    const auto value = static_cast<unsigned>(c.value);
    i += c.length;
    if (value < 0x80) {
      out += static_cast<char>(value);
    } else if (style == AsciiEscape::xml) {
      out += fmt::format("&#{};", value);
    } else if (style == AsciiEscape::java && value > 0xFFFF) {
      out += fmt::format("\\u{:04x}\\u{:04x}", static_cast<unsigned>(high_surrogate(c.value)),
                         static_cast<unsigned>(low_surrogate(c.value)));
    } else if (style == AsciiEscape::java) {
      out += fmt::format("\\u{:04x}", value);
    } else {
      out += value < 0x100     ? fmt::format("\\x{:02x}", value)
             : value < 0x10000 ? fmt::format("\\u{:04x}", value)
                               : fmt::format("\\U{:08x}", value);
    }
  }
  return out;
}

std::string cesu8_from_utf8(std::string_view text) {
  std::string out;
  const auto append = [&out](char32_t unit) {
    out += static_cast<char>(0xE0 | (unit >> 12));
    out += static_cast<char>(0x80 | ((unit >> 6) & 0x3F));
    out += static_cast<char>(0x80 | (unit & 0x3F));
  };
  for (std::size_t i = 0; i < text.size();) {
    const CodePoint c = code_point_at(text, i);
    if (c.value > 0xFFFF) {
      append(high_surrogate(c.value));
      append(low_surrogate(c.value));
    } else {
      out += text.substr(i, c.length);
    }
    i += c.length;
  }
  return out;
}

}  // namespace alohook
