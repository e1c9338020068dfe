#pragma once
#include <string>
#include <string_view>

namespace alohook {

enum class UrlSpace { percent, plus };

/// What Python's urllib.parse.quote_plus leaves as it is, besides letters and digits.
inline constexpr std::string_view python_unreserved = "_.-~";

/// Percent-encodes every byte but letters, digits and `unreserved`; upper-case hex digits.
std::string url_encode(std::string_view text, std::string_view unreserved, UrlSpace space);

/// Decodes `%XX`; a `+` becomes a blank when asked. Malformed escapes stay.
std::string url_decode(std::string_view text, UrlSpace space);

}  // namespace alohook
