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
  std::vector<Cause> causes;  ///< likeliest first; empty when the signature is valid
  std::uint64_t macs_tried = 0;
  bool stopped_early = false;  ///< a limit ended the search before everything was tried
};

/// Verifies, and when the verdict is not `valid` searches for the causes: secret forms × timestamp forms × templates ×
/// body forms × hashes, at most two deviations at once. Without I/O, clock or output.
Diagnosis diagnose(const DiagnosisInput& input, const DiagnosisLimits& limits = {});

/// Explains a signature that the developer's own code computed (`mine`) for a body and timestamp that are right.
Diagnosis diagnose_mine(const DiagnosisInput& input, std::string_view mine,
                        const DiagnosisLimits& limits = {});

}  // namespace alohook
