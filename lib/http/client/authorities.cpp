#include "http/client/authorities.h"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <algorithm>
#include <filesystem>
#include <string_view>
#include <system_error>

namespace alohook {
namespace {

/// Debian and Arch, Fedora, openSUSE, RHEL, Alpine and the BSDs.
constexpr std::string_view bundles[] = {
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/ca-bundle.pem",
    "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
    "/etc/ssl/cert.pem",
};

/// OpenSSL finds an authority in a directory by its hash: `4f316efb.0`.
bool is_hash_name(std::string_view name) {
  const auto dot = name.find('.');
  return dot == 8 && name.size() > 9 && name.find_first_not_of("0123456789abcdef") == dot &&
         name.find_first_not_of("0123456789", dot + 1) == std::string_view::npos;
}

/// OpenSSL reads a directory on demand only, so that it has authorities must be seen from outside.
bool has_hash_names(const std::string& directory) {
  std::error_code error;
  const std::filesystem::directory_iterator entries(directory, error);
  return !error && std::any_of(begin(entries), end(entries), [](const auto& entry) {
    return is_hash_name(entry.path().filename().string());
  });
}

}  // namespace

bool trust_system(SSL_CTX* context, const std::optional<std::string>& root) {
  SSL_CTX_set_default_verify_paths(context);
  const auto* loaded = X509_STORE_get0_objects(SSL_CTX_get_cert_store(context));
  bool is_found =
      !root || sk_X509_OBJECT_num(loaded) > 0 || has_hash_names(*root + X509_get_default_cert_dir());
  for (const std::string_view bundle : bundles) {
    if (is_found) break;
    is_found = SSL_CTX_load_verify_locations(context, (*root + std::string(bundle)).c_str(), nullptr) == 1;
  }
  ERR_clear_error();
  return is_found;
}

}  // namespace alohook
