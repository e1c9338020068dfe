#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>

namespace alohook {

inline constexpr std::size_t sha256_size = 32;
using Sha256 = std::array<char, sha256_size>;

enum class HashAlgorithm { sha256, sha1, sha512, md5 };

/// Computes HMAC-SHA256 (RFC 2104) over the concatenation of `message`; `key` may be empty.
/// Throws std::runtime_error when OpenSSL fails.
Sha256 hmac_sha256(std::string_view key, std::initializer_list<std::string_view> message);

/// Computes an HMAC with any algorithm; returns the raw digest.
std::string hmac(HashAlgorithm algorithm, std::string_view key,
                 std::initializer_list<std::string_view> message);

/// Computes HMACs of many messages with one key.
class Hmac {
 public:
  Hmac(HashAlgorithm algorithm, std::string_view key);
  ~Hmac();
  Hmac(Hmac&&) noexcept;

  /// Computes the raw digest of the concatenation of `message`.
  std::string operator()(std::initializer_list<std::string_view> message);

 private:
  struct Context;
  std::unique_ptr<Context> context_;
};

/// Computes the plain hash of the concatenation of `message`; returns the raw digest.
std::string hash(HashAlgorithm algorithm, std::initializer_list<std::string_view> message);

/// Compares in time that depends on the lengths only. alohook compares MACs only with this function.
bool equal_constant_time(std::string_view a, std::string_view b);

/// Returns `count` bytes from the operating system's generator.
std::string random_bytes(std::size_t count);

/// Returns 64 random bits out of a block that was drawn ahead: cheap, for the ids of events and requests. Secrets come
/// from `random_bytes`.
std::uint64_t random_bits();

/// Views a digest's bytes.
inline std::string_view bytes_of(const Sha256& digest) { return {digest.data(), digest.size()}; }

}  // namespace alohook
