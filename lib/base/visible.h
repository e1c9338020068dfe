#pragma once
#include <string>
#include <string_view>

namespace alohook {

/// Returns whether this character controls a terminal, is invisible, or reorders text: controls, bidirectional
/// overrides, zero-width and other invisible characters.
bool is_deceptive(char32_t c);

/// Makes untrusted bytes safe for one line of a terminal or a log: control bytes (also newlines and tabs)
/// become `\n`, `\t`, `\x1b`; bidirectional overrides, zero-width and other invisible characters become
/// `\u{202e}`; invalid UTF-8 becomes `\xff`. Everything else stays, also a zero-width joiner between two emoji. So
/// backslashes are ambiguous: the result is for reading, never for parsing.
std::string visible(std::string_view bytes);

/// Does the same for text of several lines: LF stays; CR before LF becomes `\r`.
std::string visible_lines(std::string_view bytes);

/// Returns the beginning of UTF-8 text, at most `max` bytes of it and no half character, with `…` after it when
/// something is left out.
std::string shortened(std::string_view text, std::size_t max);

/// Returns whether `visible` would leave `bytes` as they are.
bool is_plain(std::string_view bytes);

/// Formats as `000000  7b 22 74 79 …  |{"ty…|`, 16 bytes a line, each line ending in LF; after `max_lines`
/// lines it ends with the number of bytes left out.
std::string hex_dump(std::string_view bytes, std::size_t max_lines);

}  // namespace alohook
