#include "signing/digest_text.h"

#include "base/codec.h"

namespace alohook {

std::string encode_digest(std::string_view digest, Encoding encoding) {
  if (encoding == Encoding::base64) return base64_encode(digest);
  return (encoding == Encoding::v0 ? "v0=" : "") + hex_encode(digest);
}

}  // namespace alohook
