#pragma once
#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "ground/clock.h"
#include "ground/http.h"
#include "things/signature.h"

namespace alohook {

/// How to mend a cause in one language or framework.
struct Fix {
  std::string language;  ///< `Ruby`, `Node`, `Python`, `PHP`, `Go`, or empty for advice that holds for all
  std::string text;
};

/// Why a signature does not match. `id` is stable and documented: `body-reserialised`, `secret-whitespace` …
struct Cause {
  std::string id;
  std::string text;      ///< one sentence, what happened
  std::string evidence;  ///< what proves it; bytes made visible, never a secret, never an expected MAC
  std::vector<Fix> fixes;
  bool proven = false;  ///< a MAC fits, or the fault is there to see; false for a suspicion
};

struct DiagnosisLimits {
  std::uint64_t bytes_hashed = 2ull << 30;
  /// Asked now and then; true ends the search early. Empty: never.
  std::function<bool()> out_of_time = {};
};

/// What is known about a signature that did not verify.
struct DiagnosisInput {
  Secrets secrets;
  Headers headers;  ///< the two ALO headers and whatever else came; others are looked at for known trouble
  std::string_view body;
  Time now;
  VerificationPolicy policy = {};
};

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

/// One wrong way to sign a request: the bytes that a sender or receiver with this bug computes.
struct Deviation {
  std::string name;    ///< what the bytes are made of; the same for every request
  Cause cause;         ///< not proven; its evidence says more, about this request
  std::string digest;  ///< raw; 16, 20, 32 or 64 bytes, never those of the right way
};

/// The wrong ways to sign this request that differ from the right one in one thing, the likeliest of every kind
/// first, no two with the same bytes. For finding out what a receiver computes by what it accepts.
std::vector<Deviation> deviations(const Secret& secret, std::string_view timestamp, std::string_view body);

}  // namespace alohook
