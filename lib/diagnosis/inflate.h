#pragma once
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace alohook {

/// Decompresses gzip (RFC 1952), zlib (RFC 1950) or raw deflate (RFC 1951) data, whichever it is. Returns nullopt if it
/// is none of these, is truncated, is followed by other data, or would be larger than `max_size`.
std::optional<std::string> decompress(std::string_view data, std::size_t max_size);

}  // namespace alohook
