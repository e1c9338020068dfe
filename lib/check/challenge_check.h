#pragma once
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "http/message.h"
#include "sender/delivery.h"
#include "signing/signed_request.h"

namespace alohook {

enum class PointResult {
  pass,
  fail,
  inconclusive,  ///< refused like everything else, so the refusal proves nothing; or no answer came
};

std::string_view name_of(PointResult result);

/// One thing that ALO's URL verification asks for.
struct ChallengePoint {
  std::string_view id;     ///< stable: `status`, `content-type`, `echo` …
  std::string_view title;  ///< what a right receiver does
  PointResult result = PointResult::inconclusive;
  std::string detail;  ///< what came instead; may hold untrusted bytes
};

struct ChallengeReport {
  std::vector<ChallengePoint> points;
  std::optional<Exchange> answer;  ///< to the first, rightly signed challenge
  bool is_reachable = false;       ///< every request got an answer

  bool passed() const;
};

/// Sends ALO's challenge rightly signed twice with different UUIDs, once unsigned and once badly signed, and judges the
/// answers point by point. `make_challenge` returns a fresh UUID for each call.
ChallengeReport check_challenge(const Transport& transport, const Signing& signing,
                                const std::function<std::string()>& make_challenge,
                                const std::function<Time()>& now, std::string_view type);

}  // namespace alohook
