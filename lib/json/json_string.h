#pragma once
#include <string>
#include <string_view>

namespace alohook {

/// Returns the characters of a JSON string given with its quotes, as UTF-8; a lone surrogate becomes U+FFFD.
std::string unescape_json_string(std::string_view raw);

/// Writes a JSON string with quotes. Terminal control and invisible characters are escaped, so the line is safe to print;
/// the value is the same. Invalid UTF-8 becomes U+FFFD.
std::string quote_json_string(std::string_view text);
/// Appends the same to `out`, which is cheaper for long texts.
void append_json_string(std::string& out, std::string_view text);
/// Does that if the text is UTF-8. Otherwise, leaves `out` as it is and returns false.
bool append_json_string_if_utf8(std::string& out, std::string_view text);

}  // namespace alohook
