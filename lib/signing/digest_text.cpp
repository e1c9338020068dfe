#include "signing/digest_text.h"

#include "base/codec.h"

namespace alohook {

std::string encode_digest(std::string_view digest, Encoding encoding) {
  switch (encoding) {
    case Encoding::v0:
      return "v0=" + hex_encode(digest);
    case Encoding::hex:
      return hex_encode(digest);
    case Encoding::base64:
      return base64_encode(digest);
  }
  return {};
}

}  // namespace alohook
