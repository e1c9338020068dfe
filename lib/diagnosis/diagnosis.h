#pragma once
#include <cstdint>
#include <string_view>
#include <vector>

#include "diagnosis/cause.h"
#include "diagnosis/input.h"
#include "signing/signature.h"

namespace alohook {

struct Diagnosis {
  Verification verification;
  std::vector<Cause> causes;  ///< most likely first; empty if the signature is valid
  std::uint64_t macs_tried = 0;
  bool stopped_early = false;  ///< a limit ended the search before everything was tried
};

/// Verifies the request. If the verdict isn't `valid`, searches for the causes: secret forms × timestamp forms ×
/// templates × body forms × hashes, with at most two deviations at once. Does no I/O and doesn't read the clock.
Diagnosis diagnose(const DiagnosisInput& input, const DiagnosisLimits& limits = {});

/// Explains a signature that the developer's own code computed (`mine`) for a correct body and timestamp.
Diagnosis diagnose_mine(const DiagnosisInput& input, std::string_view mine,
                        const DiagnosisLimits& limits = {});

}  // namespace alohook
