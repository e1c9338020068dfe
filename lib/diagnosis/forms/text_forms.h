#pragma once
#include <cstddef>
#include <string>
#include <string_view>

namespace alohook {

std::string without_last_line_end(std::string_view text);
std::string without_line_ends(std::string_view text);
std::string with_lf(std::string_view text);
std::string with_crlf(std::string_view text);

/// Base64 in lines of `width` characters, each ended by LF, as Python's encodebytes (76) and Ruby's encode64 (60) write it.
std::string base64_in_lines(std::string_view bytes, std::size_t width);

/// What Python prints for bytes: `b'…'`.
std::string python_bytes(std::string_view bytes);

/// What JSON.stringify prints for a Buffer: `{"type":"Buffer","data":[…]}`.
std::string javascript_buffer(std::string_view bytes);

/// The lowest byte of every UTF-16 unit, as Node's 'latin1' and 'binary' encodings write text.
std::string lowest_bytes(std::string_view text);

/// Undoes what word processors and chat programs do: typographic quotes, dashes, ellipses and no-break spaces.
std::string with_plain_punctuation(std::string_view text);

}  // namespace alohook
