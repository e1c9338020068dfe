#pragma once
#include <string>
#include <string_view>

namespace alohook {

/// Unicode's normalization forms: NFC composes `e` and U+0301 into `é`, NFD decomposes it. `utf8` must be well-formed.
std::string to_nfc(std::string_view utf8);
std::string to_nfd(std::string_view utf8);

}  // namespace alohook
