#pragma once
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "http/message.h"
#include "http/url.h"
#include "sender/delivery.h"
#include "signing/signed_request.h"

namespace alohook {

enum class PointResult {
  pass,
  fail,
  inconclusive,  ///< rejected like everything else, so that proves nothing; or no response came
};

std::string_view name_of(PointResult result);

/// One requirement of ALO's URL verification.
struct ChallengePoint {
  enum class Kind {
    acceptance,  ///< ALO rejects the URL without it
    safety,      ///< without it, requests that aren't from ALO get a challenge response
  };
  std::string_view id;     ///< stable: `status`, `content-type`, `echo` …
  std::string_view title;  ///< what a correct server does, as a predicate
  Kind kind = Kind::acceptance;
  PointResult result = PointResult::inconclusive;
  std::string detail = {};  ///< `expected 200, got 302`, or why it is inconclusive; may have untrusted bytes
  std::string fix = {};     ///< what to do about a failure
};

struct ChallengeReport {
  std::vector<ChallengePoint> points;
  std::optional<Exchange> answer;  ///< response to the first, correctly signed challenge
  bool is_reachable = false;       ///< every request got a response

  bool passed() const;
  /// Returns whether there are points of this kind and all of them passed.
  bool passed(ChallengePoint::Kind kind) const;
  /// Returns whether a point of this kind failed.
  bool failed(ChallengePoint::Kind kind) const;
};

/// Sends ALO's challenge four times: correctly signed with two different UUIDs, unsigned, and with an invalid
/// signature. Checks the responses point by point. Stops if the first challenge gets no response. `make_challenge`
/// returns a new UUID with each call. `url` is where `transport` leads, to say where a redirect does.
ChallengeReport check_challenge(const Url& url, const Transport& transport, const Signing& signing,
                                const std::function<std::string()>& make_challenge,
                                const std::function<Time()>& now, std::string_view type);

}  // namespace alohook
