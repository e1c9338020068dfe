#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace alohook {

/// Encodes bytes as lower-case hexadecimal digits.
std::string hex_encode(std::string_view bytes);
std::string hex_encode_upper(std::string_view bytes);

/// Decodes hexadecimal digits of either case; nullopt for another character or an odd number of them.
std::optional<std::string> hex_decode(std::string_view text);

/// Encodes with the standard alphabet and padding (RFC 4648 section 4).
std::string base64_encode(std::string_view bytes);

/// Encodes with the URL-safe alphabet and without padding (RFC 4648 section 5).
std::string base64url_encode(std::string_view bytes);

/// Decodes the one canonical form of RFC 4648 section 4: padded, no whitespace, unused bits zero.
std::optional<std::string> base64_decode(std::string_view text);

/// Decodes leniently, as much code in the wild does: either alphabet, padding optional, unused bits ignored.
std::optional<std::string> base64_decode_lenient(std::string_view text);

/// One step through UTF-8 text. `valid` is false for a byte that starts no well-formed sequence
/// (overlong, surrogate, beyond U+10FFFF, cut off); `length` is then 1.
struct CodePoint {
  char32_t value = 0;
  std::size_t length = 1;
  bool valid = false;
};

/// Reads the code point at `offset`, which must be below `text.size()`.
CodePoint code_point_at(std::string_view text, std::size_t offset);

bool is_utf8(std::string_view text);

// UTF-16 writes a character from U+10000 up as a pair of surrogates.
constexpr bool is_high_surrogate(char32_t c) { return c >= 0xD800 && c <= 0xDBFF; }
constexpr bool is_low_surrogate(char32_t c) { return c >= 0xDC00 && c <= 0xDFFF; }
constexpr char32_t high_surrogate(char32_t c) { return 0xD800 + ((c - 0x10000) >> 10); }
constexpr char32_t low_surrogate(char32_t c) { return 0xDC00 + ((c - 0x10000) & 0x3FF); }
constexpr char32_t join_surrogates(char32_t high, char32_t low) {
  return 0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00);
}

/// Appends the UTF-8 form of `value` (U+FFFD for a surrogate or a value out of range).
void append_utf8(std::string& out, char32_t value);

}  // namespace alohook
