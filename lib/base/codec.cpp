#include "base/codec.h"

#include <array>
#include <cstring>

#include "base/text.h"

namespace alohook {
namespace {

constexpr std::string_view hex_digits = "0123456789abcdef";
constexpr std::string_view base64_alphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// The value of each character as a hexadecimal digit; -1 where it is none.
constexpr auto hex_values = [] {
  std::array<std::int8_t, 256> values;
  values.fill(-1);
  for (int i = 0; i < 16; ++i) {
    values[static_cast<unsigned char>(hex_digits[i])] = static_cast<std::int8_t>(i);
    values[static_cast<unsigned char>(upper_case(hex_digits[i]))] = static_cast<std::int8_t>(i);
  }
  return values;
}();

int hex_value(char c) { return hex_values[static_cast<unsigned char>(c)]; }

enum class Alphabet { standard, either };

int base64_value(char c, Alphabet alphabet) {
  if (alphabet == Alphabet::either) {
    if (c == '-') c = '+';
    if (c == '_') c = '/';
  }
  const auto position = base64_alphabet.find(c);
  return position == std::string_view::npos ? -1 : static_cast<int>(position);
}

/// Decodes without padding; `left_over` gets the bits after the last whole byte.
std::optional<std::string> decode_sextets(std::string_view text, Alphabet alphabet, unsigned& left_over) {
  if (text.size() % 4 == 1) return std::nullopt;
  std::string bytes;
  bytes.reserve(text.size() / 4 * 3 + 2);
  unsigned bits = 0;
  unsigned count = 0;
  for (const char c : text) {
    const int value = base64_value(c, alphabet);
    if (value < 0) return std::nullopt;
    bits = (bits << 6) | static_cast<unsigned>(value);
    count += 6;
    if (count >= 8) {
      count -= 8;
      bytes.push_back(static_cast<char>((bits >> count) & 0xFF));
      bits &= (1U << count) - 1;
    }
  }
  left_over = bits;
  return bytes;
}

}  // namespace

std::string hex_encode(std::string_view bytes) {
  std::string text;
  text.reserve(bytes.size() * 2);
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    text.push_back(hex_digits[byte >> 4]);
    text.push_back(hex_digits[byte & 15]);
  }
  return text;
}

std::string hex_encode_upper(std::string_view bytes) {
  std::string text = hex_encode(bytes);
  for (char& c : text) c = upper_case(c);
  return text;
}

std::optional<std::string> hex_decode(std::string_view text) {
  if (text.size() % 2 != 0) return std::nullopt;
  std::string bytes;
  bytes.reserve(text.size() / 2);
  for (std::size_t i = 0; i < text.size(); i += 2) {
    const int high = hex_value(text[i]);
    const int low = hex_value(text[i + 1]);
    if (high < 0 || low < 0) return std::nullopt;
    bytes.push_back(static_cast<char>(high * 16 + low));
  }
  return bytes;
}

std::string base64_encode(std::string_view bytes) {
  std::string text;
  text.reserve((bytes.size() + 2) / 3 * 4);
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    const std::size_t count = std::min<std::size_t>(3, bytes.size() - i);
    unsigned group = 0;
    for (std::size_t j = 0; j < 3; ++j) {
      group = (group << 8) | (j < count ? static_cast<unsigned char>(bytes[i + j]) : 0U);
    }
    for (std::size_t j = 0; j < 4; ++j) {
      text.push_back(j <= count ? base64_alphabet[(group >> (18 - 6 * j)) & 63] : '=');
    }
  }
  return text;
}

std::string base64url_encode(std::string_view bytes) {
  std::string text = base64_encode(bytes);
  text.resize(text.find_last_not_of('=') + 1);
  for (char& c : text) c = c == '+' ? '-' : c == '/' ? '_' : c;
  return text;
}

std::optional<std::string> base64_decode(std::string_view text) {
  if (text.size() % 4 != 0) return std::nullopt;
  const auto padding = text.ends_with("==") ? 2U : text.ends_with('=') ? 1U : 0U;
  unsigned left_over = 0;
  auto bytes = decode_sextets(text.substr(0, text.size() - padding), Alphabet::standard, left_over);
  if (left_over != 0) return std::nullopt;
  return bytes;
}

std::optional<std::string> base64_decode_lenient(std::string_view text) {
  while (text.ends_with('=')) text.remove_suffix(1);
  unsigned left_over = 0;
  return decode_sextets(text, Alphabet::either, left_over);
}

CodePoint code_point_at(std::string_view text, std::size_t offset) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[offset + i]); };
  const unsigned char first = byte(0);
  if (first < 0x80) return {first, 1, true};
  const std::size_t length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
  if (first < 0xC2 || first > 0xF4 || text.size() - offset < length) return {first, 1, false};
  char32_t value = first & (0x7F >> length);
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xC0) != 0x80) return {first, 1, false};
    value = (value << 6) | (byte(i) & 0x3F);
  }
  constexpr std::array<char32_t, 5> smallest{0, 0, 0x80, 0x800, 0x10000};
  const bool is_surrogate = is_high_surrogate(value) || is_low_surrogate(value);
  if (value < smallest[length] || value > 0x10FFFF || is_surrogate) return {first, 1, false};
  return {value, length, true};
}

bool is_utf8(std::string_view text) {
  for (std::size_t i = 0; i < text.size();) {
    std::uint64_t eight = 0;  // most text is ASCII
    if (text.size() - i >= sizeof eight) std::memcpy(&eight, text.data() + i, sizeof eight);
    if (text.size() - i >= sizeof eight && (eight & 0x8080808080808080) == 0) {
      i += sizeof eight;
      continue;
    }
    if (static_cast<unsigned char>(text[i]) < 0x80) {
      ++i;
      continue;
    }
    const CodePoint point = code_point_at(text, i);
    if (!point.valid) return false;
    i += point.length;
  }
  return true;
}

void append_utf8(std::string& out, char32_t value) {
  if (value > 0x10FFFF || is_high_surrogate(value) || is_low_surrogate(value)) value = 0xFFFD;
  const auto push = [&](char32_t byte) { out.push_back(static_cast<char>(byte)); };
  if (value < 0x80) {
    push(value);
  } else if (value < 0x800) {
    push(0xC0 | (value >> 6));
    push(0x80 | (value & 0x3F));
  } else if (value < 0x10000) {
    push(0xE0 | (value >> 12));
    push(0x80 | ((value >> 6) & 0x3F));
    push(0x80 | (value & 0x3F));
  } else {
    push(0xF0 | (value >> 18));
    push(0x80 | ((value >> 12) & 0x3F));
    push(0x80 | ((value >> 6) & 0x3F));
    push(0x80 | (value & 0x3F));
  }
}

}  // namespace alohook
