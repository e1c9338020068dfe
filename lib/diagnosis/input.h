#pragma once
#include <cstdint>
#include <functional>
#include <string_view>

#include "base/clock.h"
#include "diagnosis/causes.h"
#include "http/message.h"
#include "signing/signature.h"

namespace alohook {

struct DiagnosisLimits {
  std::uint64_t bytes_hashed = 600ull << 20;
  /// Called regularly. Returning true ends the search early. Empty: no time limit.
  std::function<bool()> out_of_time = {};
};

/// What is known about a signature that failed verification.
struct DiagnosisInput {
  Secrets secrets;
  Headers headers;  ///< the two ALO headers and any others, which are searched for known problems
  std::string_view body;
  Time now;
  VerificationPolicy policy = {};
  Viewpoint view = {};
};

}  // namespace alohook
