#include "base/prefix_hmac.h"

#include <array>
#include <memory>
#include <string>

#include "base/crypto.h"
#include "base/openssl.h"

namespace alohook {
namespace {

constexpr std::size_t block_size = 64;  // of SHA-256

using Context = std::unique_ptr<EVP_MD_CTX, FreeDigest>;

void add(EVP_MD_CTX* context, std::string_view bytes) {
  require_digest(EVP_DigestUpdate(context, bytes.data(), bytes.size()) == 1);
}

Context started_with(std::string_view key, char pad) {
  std::string block(key.size() > block_size ? hash(HashAlgorithm::sha256, {key}) : std::string(key));
  block.resize(block_size, '\0');
  for (char& c : block) c = static_cast<char>(c ^ pad);
  Context context(EVP_MD_CTX_new());
  require_digest(context && EVP_DigestInit_ex(context.get(), EVP_sha256(), nullptr) == 1);
  add(context.get(), block);
  return context;
}

/// Finishes a copy, so that more can be added to the original.
std::string_view finished(const EVP_MD_CTX* context, EVP_MD_CTX* scratch, std::string_view last,
                          Sha256& digest) {
  require_digest(EVP_MD_CTX_copy_ex(scratch, context) == 1);
  add(scratch, last);
  require_digest(EVP_DigestFinal_ex(scratch, reinterpret_cast<unsigned char*>(digest.data()), nullptr) == 1);
  return bytes_of(digest);
}

}  // namespace

std::optional<std::size_t> find_prefix(std::string_view key, std::string_view head, std::string_view body,
                                       std::span<const std::size_t> sizes,
                                       const std::function<bool(std::string_view digest)>& is_it) {
  const Context inner = started_with(key, 0x36), outer = started_with(key, 0x5C);
  const Context scratch(EVP_MD_CTX_new());
  require_digest(scratch != nullptr);
  add(inner.get(), head);
  std::size_t done = 0;
  for (const std::size_t size : sizes) {
    add(inner.get(), body.substr(done, size - done));
    done = size;
    Sha256 of_message, digest;
    const std::string_view inner_digest = finished(inner.get(), scratch.get(), {}, of_message);
    if (is_it(finished(outer.get(), scratch.get(), inner_digest, digest))) return size;
  }
  return std::nullopt;
}

}  // namespace alohook
