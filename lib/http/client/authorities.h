#pragma once
#include <optional>
#include <string>

// OpenSSL's own name, so that its headers stay out of here.
struct ssl_ctx_st;

namespace alohook {

/// Trusts what SSL_CERT_FILE and SSL_CERT_DIR name (OpenSSL reads them), or else what OpenSSL was built to trust. If that
/// isn't there, trusts the first bundle that is found where other distributions keep theirs, below the directory `root`
/// (empty for the real one); nullopt looks for none. Returns false if the system certainly has no authority at all.
bool trust_system(ssl_ctx_st* context, const std::optional<std::string>& root);

}  // namespace alohook
