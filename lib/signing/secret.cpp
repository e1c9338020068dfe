#include "signing/secret.h"

#include <fmt/format.h>

#include "base/codec.h"
#include "base/crypto.h"

namespace alohook {

std::string describe(const Secret& secret, std::size_t number) {
  return fmt::format("secret {} ({})", number, fingerprint(secret));
}

std::string fingerprint(const Secret& secret) {
  const std::string digest = hex_encode(hash(HashAlgorithm::sha256, {secret.bytes()}));
  return fmt::format("{} bytes, sha256 {}…", secret.bytes().size(), digest.substr(0, 8));
}

std::string secret_objection(std::string_view bytes) {
  constexpr std::string_view white_space = " \t\r\n\v\f";
  if (bytes.empty()) return "is empty";
  if (white_space.find(bytes.front()) != std::string_view::npos) return "starts with white space";
  if (bytes.back() == '\n') return "ends in a newline";
  if (white_space.find(bytes.back()) != std::string_view::npos) return "ends in white space";
  for (const char quote : {'"', '\'', '`'}) {
    if (bytes.front() == quote || bytes.back() == quote) return "has quotes around it";
  }
  if (bytes.find("${") != std::string_view::npos) return "holds an unexpanded ${…}";
  return {};
}

}  // namespace alohook
