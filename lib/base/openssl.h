#pragma once
#include <openssl/evp.h>

#include <stdexcept>

// What the files that compute digests with OpenSSL share.
namespace alohook {

/// Frees OpenSSL's objects, for `std::unique_ptr`.
struct FreeDigest {
  void operator()(EVP_MAC* mac) const { EVP_MAC_free(mac); }
  void operator()(EVP_MAC_CTX* context) const { EVP_MAC_CTX_free(context); }
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};

/// Throws std::runtime_error unless OpenSSL has succeeded; it only fails without memory.
inline void require_digest(bool has_succeeded) {
  if (!has_succeeded) throw std::runtime_error("OpenSSL failed to compute a digest");
}

}  // namespace alohook
