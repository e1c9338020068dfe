#pragma once
// Part of server.cpp: OpenSSL's side of TLS.
#include <memory>
#include <string>

#include "http/server/self_signed.h"

// OpenSSL's own type name, so that its headers aren't needed here.
struct ssl_ctx_st;

namespace alohook {

struct FreeTlsContext {
  void operator()(ssl_ctx_st* context) const;
};
using TlsContext = std::unique_ptr<ssl_ctx_st, FreeTlsContext>;

/// Sets up TLS 1.2 and newer with a certificate and its key. Throws Error if they can't be used.
TlsContext make_tls_context(const TlsIdentity& identity);

/// Returns why a handshake failed, from the first error in OpenSSL's queue: in alohook's own words where the reason is a
/// common one.
std::string handshake_failure();

}  // namespace alohook
