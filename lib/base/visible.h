#pragma once
#include <string>
#include <string_view>

namespace alohook {

/// Returns whether a terminal obeys this character, hides it, or reorders text by it: controls, bidirectional
/// overrides, zero-width and other invisible characters.
bool is_deceptive(char32_t c);

/// Makes untrusted bytes safe for one line of a terminal or a log: control bytes (also line ends and tabs)
/// become `\n`, `\t`, `\x1b`; bidirectional overrides, zero-width and other invisible characters become
/// `\u{202e}`; bytes that are not UTF-8 become `\xff`. Everything else stays, so a backslash is ambiguous
/// on purpose: this is for reading, never for parsing.
std::string visible(std::string_view bytes);

/// The same for text of several lines: LF stays a line end; CR before LF is shown as `\r`.
std::string visible_lines(std::string_view bytes);

/// Returns the beginning of UTF-8 text, at most `max` bytes of it and no half character, with `…` after it when
/// something is left out.
std::string shortened(std::string_view text, std::size_t max);

/// Returns whether `visible` would leave `bytes` as they are.
bool is_plain(std::string_view bytes);

/// Formats as `000000  7b 22 74 79 …  |{"ty…|`, 16 bytes a line, each line ended by LF; after `max_lines`
/// lines it stops and says how many bytes are left out.
std::string hex_dump(std::string_view bytes, std::size_t max_lines);

}  // namespace alohook
