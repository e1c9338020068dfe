#pragma once
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/crypto.h"
#include "http/message.h"
#include "signing/secret.h"

namespace alohook {

// ALO documents the two headers, the base string `v0:` + timestamp + `:` + raw body, HMAC-SHA256 with the
// signing secret, and a window of 300 s in its sample. How the MAC is written is not documented.
inline constexpr std::string_view signature_header = "X-ALO-Signature";
inline constexpr std::string_view timestamp_header = "X-ALO-Request-Timestamp";
inline constexpr std::chrono::seconds default_tolerance{300};

/// How the MAC is written in the signature header: `v0=<hex>`, `<hex>`, or base64. Hex is lower case.
enum class Encoding { v0, hex, base64 };

std::string_view name_of(Encoding encoding);

enum class Verdict {
  valid,
  invalid,              ///< well-formed, but made with no secret of ours over these bytes
  stale,                ///< right, but older than the tolerance
  future,               ///< right, but further ahead than the tolerance
  missing_signature,    ///< no signature header, or an empty one
  missing_timestamp,    ///< no timestamp header, or an empty one
  malformed_signature,  ///< not a MAC in any accepted encoding, or more than one
  malformed_timestamp,  ///< not a decimal number of seconds, or more than one
};

/// The verdict's stable name in output: `valid`, `missing-signature` …
std::string_view name_of(Verdict verdict);

struct Verification {
  Verdict verdict = Verdict::missing_signature;
  std::optional<Encoding> encoding = {};   ///< as it arrived, when it could be read
  std::optional<std::size_t> secret = {};  ///< which secret fits, counted from 1
  std::optional<std::int64_t> age_s = {};  ///< now − timestamp, when the timestamp could be read
  std::string detail = {};                 ///< what is malformed, for people; may hold untrusted bytes
};

struct VerificationPolicy {
  std::chrono::seconds tolerance = default_tolerance;  ///< both directions, the bound included
  std::optional<Encoding> encoding = {};               ///< accept only this one
};

/// Computes the MAC over `v0:` + timestamp + `:` + body.
Sha256 mac(const Secret& secret, std::string_view timestamp, std::string_view body);

/// Writes a MAC as the signature header's value.
std::string encode(const Sha256& mac, Encoding encoding);

/// A MAC read from a signature header's value, strictly in one of the three encodings.
struct ParsedMac {
  std::string bytes;
  Encoding encoding;
};
std::optional<ParsedMac> parse_mac(std::string_view value);

/// Reads a timestamp header's value: 1 to 18 decimal digits. Returns nullopt for anything else.
std::optional<std::int64_t> parse_timestamp(std::string_view value);

/// Returns the two headers that sign `body`: the timestamp, then the signature.
Headers sign(const Secret& secret, std::string_view timestamp, std::string_view body, Encoding encoding);

/// Verifies a request's two headers against its raw body.
/// Looks in this order: missing, malformed, MAC, then age, so that stale and future imply a right MAC.
Verification verify(const Secrets& secrets, const Headers& headers, std::string_view body, Time now,
                    const VerificationPolicy& policy);

}  // namespace alohook
