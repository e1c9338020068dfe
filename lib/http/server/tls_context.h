#pragma once
// Part of server.cpp: OpenSSL's side of TLS.
#include <memory>
#include <string>

#include "http/server/self_signed.h"

// OpenSSL's own name, so that its headers stay out of here.
struct ssl_ctx_st;

namespace alohook {

struct FreeTlsContext {
  void operator()(ssl_ctx_st* context) const;
};
using TlsContext = std::unique_ptr<ssl_ctx_st, FreeTlsContext>;

/// Sets TLS 1.2 or newer up with a certificate and its key. Throws Error when they can't be used.
TlsContext make_tls_context(const TlsIdentity& identity);

/// Returns OpenSSL's words for its first error, such as `http request`.
std::string tls_error();

}  // namespace alohook
