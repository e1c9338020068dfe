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

/// Returns the first eight hex digits of the secret's SHA-256.
std::string short_digest(const Secret& secret);

}  // namespace alohook
