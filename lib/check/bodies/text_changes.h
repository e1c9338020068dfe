#pragma once
#include <functional>
#include <string>
#include <string_view>

// What software does to texts and JSON bodies on their way to a handler.
namespace alohook {

using TextChange = std::function<std::string(std::string)>;

/// Changes the raw text between the quotes of every JSON string that isn't a key, or of every key.
std::string change_values(const std::string& body, const TextChange& change);
std::string change_keys(const std::string& body, const TextChange& change);

/// Drops the members with this raw value (`null`, `""`, `[]`), and the comma that separated them.
std::string drop_members_with_value(std::string body, std::string_view value);
/// Drops the members whose key matches.
std::string drop_members_with_key(std::string body, const std::function<bool(std::string_view key)>& fits);
/// Removes the quotes around simple strings that match: `"42"` becomes `42`.
std::string unquote_values(const std::string& body, bool (*fits)(std::string_view));

std::string without_spaces_around(std::string text);
std::string in_lower_case(std::string text);
std::string in_upper_case(std::string text);
std::string in_snake_case(std::string key);
std::string in_camel_case(std::string key);
std::string percent_decoded(std::string text);
std::string with_single_spaces(std::string text);

/// Escapes & < > as HTML. Replaces the apostrophe with `apostrophe`, unless that is empty.
std::string html_escaped(std::string text, std::string_view apostrophe);
std::string html_unescaped(std::string text);
/// Drops everything between < and >.
std::string without_tags(std::string text);
/// Drops script elements and their contents.
std::string without_scripts(std::string text);

/// Replaces every matching character with `substitute`. Bytes that aren't UTF-8 stay as they are.
std::string replace_characters(const std::string& text, bool (*fits)(char32_t), std::string_view substitute);
bool is_invisible(char32_t c);
bool is_bidirectional_control(char32_t c);
bool is_c1_control(char32_t c);
bool is_special_space(char32_t c);
bool is_beyond_16_bits(char32_t c);
bool is_private_use(char32_t c);

/// Writes the digits of `\uXXXX` escapes in lower case or upper case.
std::string with_lower_escapes(std::string text);
std::string with_upper_escapes(std::string text);
/// Decodes `\u00XX` escapes of printable ASCII.
std::string without_ascii_escapes(std::string text);

bool is_plain_number(std::string_view text);
std::string without_leading_zeros(std::string text);

}  // namespace alohook
