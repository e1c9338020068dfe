#include "signing/secret.h"

#include <fmt/format.h>

#include "base/codec.h"
#include "base/crypto.h"

namespace alohook {

std::string describe(const Secret& secret, std::size_t number) {
  return fmt::format("secret {} ({})", number, fingerprint(secret));
}

std::string short_digest(const Secret& secret) {
  return hex_encode(hash(HashAlgorithm::sha256, {secret.bytes()})).substr(0, 8);
}

std::string fingerprint(const Secret& secret) {
  return fmt::format("{} bytes, sha256 {}…", secret.bytes().size(), short_digest(secret));
}

}  // namespace alohook
