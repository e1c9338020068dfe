#include "base/crypto.h"

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/params.h>
#include <openssl/rand.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <memory>
#include <optional>
#include <stdexcept>
#include <utility>

#include "base/openssl.h"

namespace alohook {
namespace {

const unsigned char* data(std::string_view bytes) {
  return reinterpret_cast<const unsigned char*>(bytes.data());
}

const char* openssl_name(HashAlgorithm algorithm) {
  switch (algorithm) {
    case HashAlgorithm::sha256:
      return "SHA256";
    case HashAlgorithm::sha1:
      return "SHA1";
    case HashAlgorithm::sha512:
      return "SHA512";
    case HashAlgorithm::md5:
      return "MD5";
  }
  return "";
}

using MacContext = std::unique_ptr<EVP_MAC_CTX, FreeDigest>;

MacContext new_mac_context() {
  // Freeing all of OpenSSL's tables at exit takes as long as many MACs, and the process ends anyway. This has an effect
  // only before OpenSSL's first use.
  OPENSSL_init_crypto(OPENSSL_INIT_NO_ATEXIT, nullptr);
  // Looking an algorithm up costs more than a short MAC, so each thread does it once.
  thread_local const std::unique_ptr<EVP_MAC, FreeDigest> algorithm(EVP_MAC_fetch(nullptr, "HMAC", nullptr));
  MacContext context(EVP_MAC_CTX_new(algorithm.get()));
  require_digest(context != nullptr);
  return context;
}

void set_key(EVP_MAC_CTX* context, HashAlgorithm algorithm, std::string_view key) {
  const OSSL_PARAM parameters[] = {
      OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, const_cast<char*>(openssl_name(algorithm)), 0),
      OSSL_PARAM_construct_end()};
  // OpenSSL takes a null key as "keep the previous key", so an empty key needs an address.
  require_digest(
      EVP_MAC_init(context, data(key.empty() ? std::string_view("") : key), key.size(), parameters) == 1);
}

/// Begins a message with the previous key.
void keep_key(EVP_MAC_CTX* context) { require_digest(EVP_MAC_init(context, nullptr, 0, nullptr) == 1); }

std::string finish(EVP_MAC_CTX* context, std::initializer_list<std::string_view> message) {
  for (const std::string_view part : message)
    require_digest(EVP_MAC_update(context, data(part), part.size()) == 1);
  std::string digest(EVP_MAX_MD_SIZE, '\0');
  std::size_t size = 0;
  require_digest(
      EVP_MAC_final(context, reinterpret_cast<unsigned char*>(digest.data()), &size, digest.size()) == 1);
  digest.resize(size);
  return digest;
}

}  // namespace

struct Hmac::Context {
  MacContext mac = new_mac_context();
};

Hmac::Hmac(HashAlgorithm algorithm, std::string_view key) : context_(std::make_unique<Context>()) {
  set_key(context_->mac.get(), algorithm, key);
}
Hmac::~Hmac() = default;
Hmac::Hmac(Hmac&&) noexcept = default;

std::string Hmac::operator()(std::initializer_list<std::string_view> message) {
  keep_key(context_->mac.get());
  return finish(context_->mac.get(), message);
}

std::string hmac(HashAlgorithm algorithm, std::string_view key,
                 std::initializer_list<std::string_view> message) {
  // Setting a key costs more than a short MAC, and most MACs have the key of the one before.
  struct Key {
    HashAlgorithm algorithm;
    std::string bytes;
  };
  thread_local const MacContext context = new_mac_context();
  thread_local std::optional<Key> last;
  if (last && last->algorithm == algorithm && last->bytes == key) {
    keep_key(context.get());
  } else {
    last.reset();
    set_key(context.get(), algorithm, key);
    last = Key{algorithm, std::string(key)};
  }
  return finish(context.get(), message);
}

Sha256 hmac_sha256(std::string_view key, std::initializer_list<std::string_view> message) {
  const std::string digest = hmac(HashAlgorithm::sha256, key, message);
  Sha256 result;
  std::copy(digest.begin(), digest.end(), result.begin());
  return result;
}

std::string hash(HashAlgorithm algorithm, std::initializer_list<std::string_view> message) {
  const std::unique_ptr<EVP_MD_CTX, FreeDigest> context(EVP_MD_CTX_new());
  const EVP_MD* digest_type = EVP_get_digestbyname(openssl_name(algorithm));
  require_digest(context && digest_type && EVP_DigestInit_ex(context.get(), digest_type, nullptr) == 1);
  for (const std::string_view part : message)
    require_digest(EVP_DigestUpdate(context.get(), part.data(), part.size()) == 1);
  std::string digest(EVP_MAX_MD_SIZE, '\0');
  unsigned size = 0;
  require_digest(EVP_DigestFinal_ex(context.get(), reinterpret_cast<unsigned char*>(digest.data()), &size) ==
                 1);
  digest.resize(size);
  return digest;
}

bool equal_constant_time(std::string_view a, std::string_view b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

std::string random_bytes(std::size_t count) {
  std::string bytes(count, '\0');
  const int ok = RAND_bytes(reinterpret_cast<unsigned char*>(bytes.data()), static_cast<int>(count));
  if (ok != 1) throw std::runtime_error("the operating system gives no random bytes");
  return bytes;
}

std::uint64_t random_bits() {
  // OpenSSL's generator takes a lock and a system call each time, so each thread draws a block ahead.
  thread_local std::array<std::uint64_t, 512> block;
  thread_local std::size_t used = block.size();
  if (used == block.size()) {
    const std::string bytes = random_bytes(sizeof block);
    std::memcpy(block.data(), bytes.data(), sizeof block);
    used = 0;
  }
  return std::exchange(block[used++], 0);
}

}  // namespace alohook
