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
  /// Asked now and then; true ends the search early. Empty: never.
  std::function<bool()> out_of_time = {};
};

/// What is known about a signature that did not verify.
struct DiagnosisInput {
  Secrets secrets;
  Headers headers;  ///< the two ALO headers and any others; those are searched for known trouble
  std::string_view body;
  Time now;
  VerificationPolicy policy = {};
  Viewpoint view = {};
};

}  // namespace alohook
