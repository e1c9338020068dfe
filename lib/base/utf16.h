#pragma once
#include <optional>
#include <string>
#include <string_view>

namespace alohook {

enum class ByteOrder { little, big };

/// Writes UTF-8 text as UTF-16 without a byte order mark; what isn't UTF-8 becomes U+FFFD.
std::string utf16_from_utf8(std::string_view text, ByteOrder order);

/// Reads UTF-16 that has a byte order mark, or whose every second byte is zero; nullopt for anything else.
std::optional<std::string> utf8_from_utf16(std::string_view bytes);

}  // namespace alohook
