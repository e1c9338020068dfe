#pragma once
#include <cstddef>
#include <functional>
#include <optional>
#include <span>
#include <string_view>

namespace alohook {

/// Computes the HMAC-SHA256 of `head` followed by the first `sizes[i]` bytes of `body`, for each of the ascending
/// `sizes`, passing over the body once. Returns the first size for whose digest `is_it` says true.
/// Throws std::runtime_error if OpenSSL fails.
std::optional<std::size_t> find_prefix(std::string_view key, std::string_view head, std::string_view body,
                                       std::span<const std::size_t> sizes,
                                       const std::function<bool(std::string_view digest)>& is_it);

}  // namespace alohook
