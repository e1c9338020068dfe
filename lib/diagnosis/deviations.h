#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "diagnosis/cause.h"
#include "signing/secret.h"

namespace alohook {

/// One incorrect way to sign a request: the digest that a sender or receiver with this bug computes.
struct Deviation {
  std::string name;    ///< what the digest is computed from; the same for every request
  Cause cause;         ///< only suspected; its evidence includes details of this request
  std::string digest;  ///< raw bytes (16, 20, 32 or 64); never the correct digest
};

/// Returns the incorrect ways to sign this request that deviate in exactly one respect, the most likely of each kind
/// first, without duplicate digests. Used to find out what a receiver computes from what it accepts.
std::vector<Deviation> deviations(const Secret& secret, std::string_view timestamp, std::string_view body);

}  // namespace alohook
