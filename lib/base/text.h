#pragma once
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

// Plain operations on text. Letters and digits are ASCII's: nothing depends on a locale.
namespace alohook {

inline constexpr std::string_view whitespace = " \t\r\n\v\f";
inline constexpr std::string_view blanks = " \t";  ///< HTTP's optional whitespace

constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }
constexpr bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }
constexpr bool is_letter(char c) { return is_upper(c) || (c >= 'a' && c <= 'z'); }
constexpr bool is_alphanumeric(char c) { return is_letter(c) || is_digit(c); }
constexpr bool is_hex_digit(char c) {
  return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}
constexpr char lower_case(char c) { return is_upper(c) ? static_cast<char>(c - 'A' + 'a') : c; }
constexpr char upper_case(char c) {
  return is_letter(c) && !is_upper(c) ? static_cast<char>(c - 'a' + 'A') : c;
}

/// Returns the text with its letters in lower case.
std::string lower_case(std::string_view text);

/// Removes the characters of `unwanted` from both ends.
std::string_view trimmed(std::string_view text, std::string_view unwanted = whitespace);

/// Splits at every `separator`; at least one part, and parts may be empty.
std::vector<std::string_view> split(std::string_view text, char separator);

/// Removes the first line from `text` and returns it without its LF or CRLF. The last line needs none.
std::string_view take_line(std::string_view& text);

/// Replaces every occurrence of `what`, which must not be empty.
std::string replaced(std::string_view text, std::string_view what, std::string_view with);

/// Returns whether the byte continues a character of UTF-8, instead of starting one.
constexpr bool is_utf8_continuation(char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; }

/// Returns the longest start of UTF-8 text that has at most `size` bytes and ends between two characters.
std::string_view utf8_prefix(std::string_view text, std::size_t size);

/// Counts the characters of UTF-8 text.
std::size_t utf8_length(std::string_view text);

}  // namespace alohook
