#include "diagnosis/forms/charsets.h"

#include "base/codec.h"

namespace alohook {
namespace {

// What Windows-1252 has at 0x80 to 0x9F; 0 where it has nothing.
constexpr char32_t windows1252_high[32] = {0x20AC, 0,      0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021,
                                           0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0,      0x017D, 0,
                                           0,      0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014,
                                           0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0,      0x017E, 0x0178};

char32_t character_of(unsigned char byte, SingleByte charset) {
  const bool is_special = charset == SingleByte::windows1252 && byte >= 0x80 && byte < 0xA0;
  const char32_t special = is_special ? windows1252_high[byte - 0x80] : 0;
  return special != 0 ? special : byte;
}

/// Returns the byte of a character, or nullopt when the charset has none.
std::optional<char> byte_of(char32_t c, SingleByte charset) {
  if (charset == SingleByte::windows1252) {
    for (unsigned i = 0; i < 32; ++i) {
      if (windows1252_high[i] == c && c != 0) return static_cast<char>(0x80 + i);
    }
  }
  if (c < 0x100) return static_cast<char>(c);
  return std::nullopt;
}

void append_unit(std::string& out, char32_t unit, ByteOrder order) {
  const char high = static_cast<char>(unit >> 8), low = static_cast<char>(unit & 0xFF);
  out += order == ByteOrder::little ? low : high;
  out += order == ByteOrder::little ? high : low;
}

char32_t unit_at(std::string_view bytes, std::size_t at, ByteOrder order) {
  const auto first = static_cast<unsigned char>(bytes[at]),
             second = static_cast<unsigned char>(bytes[at + 1]);
  return order == ByteOrder::little ? first | second << 8 : first << 8 | second;
}

std::optional<ByteOrder> order_of_utf16(std::string_view bytes) {
  if (bytes.size() < 2 || bytes.size() % 2 != 0) return std::nullopt;
  if (bytes.starts_with("\xFF\xFE")) return ByteOrder::little;
  if (bytes.starts_with("\xFE\xFF")) return ByteOrder::big;
  bool little = bytes.size() >= 8, big = little;
  for (std::size_t i = 0; i < bytes.size(); i += 2) {
    little &= bytes[i] != 0 && bytes[i + 1] == 0;
    big &= bytes[i] == 0 && bytes[i + 1] != 0;
  }
  if (little) return ByteOrder::little;
  return big ? std::optional(ByteOrder::big) : std::nullopt;
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

std::string utf16_from_utf8(std::string_view text, ByteOrder order) {
  std::string out;
  out.reserve(text.size() * 2);
  for (std::size_t i = 0; i < text.size();) {
    const CodePoint c = code_point_at(text, i);
    const char32_t value = c.valid ? c.value : 0xFFFD;
    if (value >= 0x10000) append_unit(out, high_surrogate(value), order);
    append_unit(out, value < 0x10000 ? value : low_surrogate(value), order);
    i += c.length;
  }
  return out;
}

std::optional<std::string> utf8_from_utf16(std::string_view bytes) {
  const auto order = order_of_utf16(bytes);
  if (!order) return std::nullopt;
  std::string out;
  for (std::size_t i = 0; i + 1 < bytes.size(); i += 2) {
    char32_t c = unit_at(bytes, i, *order);
    if (i == 0 && c == 0xFEFF) continue;
    if (is_high_surrogate(c) && i + 3 < bytes.size()) {
      const char32_t low = unit_at(bytes, i + 2, *order);
      if (is_low_surrogate(low)) {
        c = join_surrogates(c, low);
        i += 2;
      }
    }
    append_utf8(out, c);
  }
  return out;
}

}  // namespace alohook
