#pragma once
#include <string>
#include <string_view>

namespace alohook {

enum class UrlSpace { percent, plus };

/// Characters besides letters and digits that Python's urllib.parse.quote_plus doesn't encode.
inline constexpr std::string_view python_unreserved = "_.-~";

/// Percent-encodes every byte except letters, digits and `unreserved`, with upper-case hex digits.
std::string url_encode(std::string_view text, std::string_view unreserved, UrlSpace space);

/// Decodes `%XX`, and `+` as a space if `space` says so. Malformed escapes are unchanged.
std::string url_decode(std::string_view text, UrlSpace space);

}  // namespace alohook
