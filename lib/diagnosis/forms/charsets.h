#pragma once
#include <optional>
#include <string>
#include <string_view>

namespace alohook {

enum class SingleByte { latin1, windows1252 };

/// Decodes each byte as one character and encodes it as UTF-8, as in `cafÃ©`.
std::string utf8_from_single_byte(std::string_view bytes, SingleByte charset);

/// Encodes UTF-8 text with one byte per character; nullopt if it isn't UTF-8. Characters that the charset lacks become
/// `substitute`, or are dropped if that is 0.
std::optional<std::string> single_byte_from_utf8(std::string_view text, SingleByte charset, char substitute);

/// Replaces every non-ASCII character of UTF-8 text with `substitute`, which may be empty.
std::string ascii_from_utf8(std::string_view text, std::string_view substitute);

/// Replaces every byte from 0x80 on with `substitute`, as happens when UTF-8 is decoded as ASCII.
std::string ascii_from_bytes(std::string_view bytes, std::string_view substitute);

/// The unit that a decoder replaces at once if bytes aren't UTF-8.
enum class IllFormed {
  maximal_part,  ///< as in Python, JavaScript, Java, .NET, and Unicode's recommendation
  byte,          ///< every byte, as in Go
  run,           ///< all bytes up to the next character, as in Go's strings.ToValidUTF8
};

/// Decodes bytes as UTF-8 like a lossy decoder: ill-formed bytes become `substitute`, which may be empty.
std::string decode_lossy(std::string_view bytes, IllFormed unit, std::string_view substitute);

/// Replaces every character beyond U+FFFF (such as emoji), which MySQL's utf8mb3 columns can't store.
std::string without_supplementary(std::string_view text, std::string_view substitute);

/// Replaces every character that the charset lacks with a `?` for each UTF-16 unit, as .NET does.
std::string question_marks_by_unit(std::string_view text, char32_t first_replaced);

/// Escapes every non-ASCII character: as `&#233;`, or as `\u00e9` and `\xe9` like Python's backslashreplace.
enum class AsciiEscape { xml, python, java };
std::string escaped_to_ascii(std::string_view text, AsciiEscape style);

/// Encodes characters beyond U+FFFF as two surrogates of three bytes each (CESU-8).
std::string cesu8_from_utf8(std::string_view text);

}  // namespace alohook
