#pragma once
#include <optional>
#include <string>
#include <string_view>

namespace alohook {

enum class ByteOrder { little, big };
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

std::string utf16_from_utf8(std::string_view text, ByteOrder order);

/// Reads UTF-16 with a byte order mark, or whose every second byte is zero; nullopt for anything else.
std::optional<std::string> utf8_from_utf16(std::string_view bytes);

}  // namespace alohook
