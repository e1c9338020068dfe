#include "base/utf16.h"

#include "base/codec.h"

namespace alohook {
namespace {

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
