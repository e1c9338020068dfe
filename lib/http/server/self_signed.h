#pragma once
#include <string>
#include <vector>

#include "base/clock.h"

namespace alohook {

/// A certificate chain and its private key, both PEM.
struct TlsIdentity {
  std::string certificate_pem;
  std::string key_pem;
};

/// Generates a self-signed certificate for `localhost`, 127.0.0.1, ::1 and `host`, with a new P-256 key, valid for 30
/// days.
TlsIdentity make_self_signed(const std::string& host);

/// Returns what clients will object to in the certificate, one clause each: it has expired, isn't valid yet, isn't for
/// servers, or isn't for `host`. Throws Error if it isn't a certificate.
std::vector<std::string> identity_warnings(const TlsIdentity& identity, const std::string& host, Time now);

/// Returns the certificate's SHA-256 fingerprint as `AB:CD:…`. Throws Error if it isn't a certificate.
std::string fingerprint(const TlsIdentity& identity);

}  // namespace alohook
