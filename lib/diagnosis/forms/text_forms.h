#pragma once
#include <cstddef>
#include <string>
#include <string_view>

namespace alohook {

std::string without_last_line_end(std::string_view text);
std::string without_line_ends(std::string_view text);
std::string with_lf(std::string_view text);
std::string with_crlf(std::string_view text);

/// Encodes Base64 in lines of `width` characters, each terminated by LF, like Python's encodebytes (76) and Ruby's
/// encode64 (60).
std::string base64_in_lines(std::string_view bytes, std::size_t width);

/// Returns what Python prints for bytes: `b'…'`.
std::string python_bytes(std::string_view bytes);

/// Returns what JSON.stringify prints for a Buffer: `{"type":"Buffer","data":[…]}`.
std::string javascript_buffer(std::string_view bytes);

/// Returns the low byte of every UTF-16 unit, like Node's 'latin1' and 'binary' encodings.
std::string lowest_bytes(std::string_view text);

/// Reverts the changes of word processors and chat apps: typographic quotes, dashes, ellipses and no-break spaces.
std::string with_plain_punctuation(std::string_view text);

}  // namespace alohook
