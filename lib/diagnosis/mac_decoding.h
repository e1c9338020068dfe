#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "base/crypto.h"

namespace alohook {

/// The number of hexadecimal digits of a MAC.
inline constexpr std::size_t hex_size = 2 * sha256_size;

/// The bytes that a signature's digits represent, and how they are encoded.
struct DecodedMac {
  std::string bytes;
  std::string note;           ///< continues "the right MAC, "
  std::string_view fix = {};  ///< how to encode it instead; may be empty
};

/// Decodes digits in hex, with or without separators, in any variant of Base64, or as a list of bytes, of any length.
/// Returns nullopt for anything else.
std::optional<DecodedMac> decode_mac(std::string_view digits);

/// Returns whether the text consists only of hexadecimal digits.
bool is_hex(std::string_view text);

}  // namespace alohook
