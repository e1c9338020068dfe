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

/// Generates a certificate for `localhost`, 127.0.0.1, ::1 and `host`, signed by itself, valid for 30 days from now,
/// with a fresh P-256 key.
TlsIdentity make_self_signed(const std::string& host);

/// Returns what clients will object to in the certificate, one clause each: it has expired, is not valid yet, is not for
/// servers, or not for `host`. Throws Error when it is no certificate.
std::vector<std::string> identity_warnings(const TlsIdentity& identity, const std::string& host, Time now);

/// Returns the certificate's SHA-256 fingerprint as `AB:CD:…`; throws Error when it is no certificate.
std::string fingerprint(const TlsIdentity& identity);

}  // namespace alohook
