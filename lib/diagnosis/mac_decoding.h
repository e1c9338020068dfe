#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "base/crypto.h"

namespace alohook {

/// The number of hexadecimal digits that a MAC has.
inline constexpr std::size_t hex_size = 2 * sha256_size;

/// Bytes that a signature's digits stand for, and how they are written.
struct DecodedMac {
  std::string bytes;
  std::string note;           ///< goes on after "the right MAC, "
  std::string_view fix = {};  ///< how to write it instead; may be empty
};

/// Reads digits in hex, with or without separators, in Base64 in all its variants, or as a list of bytes, whatever their
/// number. Returns nullopt for anything else.
std::optional<DecodedMac> decode_mac(std::string_view digits);

/// Returns whether the text has only hexadecimal digits.
bool is_hex(std::string_view text);

}  // namespace alohook
