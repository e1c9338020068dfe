#pragma once
#include <optional>
#include <string>
#include <string_view>

namespace alohook {

enum class SingleByte { latin1, windows1252 };

/// Reads each byte as one character and writes it as UTF-8, as in `cafÃ©`.
std::string utf8_from_single_byte(std::string_view bytes, SingleByte charset);

/// Writes UTF-8 text with one byte a character; nullopt when it isn't UTF-8. Characters that do not fit become
/// `substitute`, or are left out when that is 0.
std::optional<std::string> single_byte_from_utf8(std::string_view text, SingleByte charset, char substitute);

/// Leaves only ASCII: every character of UTF-8 text that isn't becomes `substitute`, or is left out when that is empty.
std::string ascii_from_utf8(std::string_view text, std::string_view substitute);

/// Replaces every byte from 0x80 up by `substitute`, as decoding UTF-8 as ASCII does.
std::string ascii_from_bytes(std::string_view bytes, std::string_view substitute);

/// What a decoder replaces at once where bytes aren't UTF-8.
enum class IllFormed {
  maximal_part,  ///< as Python, JavaScript, Java, .NET and Unicode's recommendation
  byte,          ///< every byte, as Go
  run,           ///< all bytes up to the next character, as Go's strings.ToValidUTF8
};

/// Decodes bytes as UTF-8 like a lossy decoder: what isn't well-formed becomes `substitute`, or is dropped when that is
/// empty.
std::string decode_lossy(std::string_view bytes, IllFormed unit, std::string_view substitute);

/// Replaces every character beyond U+FFFF (emoji), as a column in MySQL's utf8mb3 can't hold them.
std::string without_supplementary(std::string_view text, std::string_view substitute);

/// Replaces every character beyond the charset by a `?` for each UTF-16 unit, as .NET does.
std::string question_marks_by_unit(std::string_view text, char32_t first_replaced);

/// Writes every character beyond ASCII as an escape: `&#233;`, or `\u00e9` and `\xe9` as Python's backslashreplace.
enum class AsciiEscape { xml, python, java };
std::string escaped_to_ascii(std::string_view text, AsciiEscape style);

/// Writes characters beyond U+FFFF as two surrogates of three bytes each (CESU-8).
std::string cesu8_from_utf8(std::string_view text);

}  // namespace alohook
