#pragma once
#include <string>
#include <string_view>

#include "signing/signature.h"

namespace alohook {

/// Writes any digest as the signature header's value; `encode` does so for a MAC.
std::string encode_digest(std::string_view digest, Encoding encoding);

}  // namespace alohook
