#pragma once
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace alohook {

/// A signing secret: any non-empty byte string, used as it stands (ALO documents no decoding).
/// It has no output operator, and nothing prints `bytes()`: people see `describe`.
class Secret {
 public:
  explicit Secret(std::string bytes) : bytes_(std::move(bytes)) {}

  std::string_view bytes() const { return bytes_; }

 private:
  std::string bytes_;
};

/// The first signs, all verify (rotation).
using Secrets = std::vector<Secret>;

/// Returns `secret 1 (64 bytes, sha256 ab12cd34…)`; `number` counts from 1.
std::string describe(const Secret& secret, std::size_t number);

/// Returns `64 bytes, sha256 ab12cd34…`: enough to compare two secrets, and nothing of the secret itself.
std::string fingerprint(const Secret& secret);

/// Returns why `bytes` can't have been meant as a secret (empty, white space or quotes around it, an unexpanded
/// `${…}`), as the end of a sentence that starts with "the secret"; empty when there is nothing to object to.
std::string secret_objection(std::string_view bytes);

}  // namespace alohook
