#pragma once
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "check/run.h"
#include "check/settings.h"

namespace alohook {

/// Returns all checks, in the order in which they are run.
std::vector<CheckInfo> all_checks();

/// Returns whether a name matches a pattern with `*` and `?`.
bool matches_pattern(std::string_view pattern, std::string_view name);

/// Returns the selected checks. Throws Error if a pattern or an ID matches no check, or if no check is left.
std::vector<CheckInfo> chosen_checks(const CheckChoice& choice);

/// Checks a receiver. Ends after a bounded number of requests and time-outs, whatever the receiver does.
CheckRun run_checks(const CheckSettings& settings, const CheckWorld& world);

/// How many requests a run sends.
struct RequestPlan {
  int requests = 0;       ///< sent to a correct receiver
  int signed_events = 0;  ///< how many of them are correctly signed events, not counting challenges
  int most = 0;           ///< maximum for any receiver: finding the cause of a failure takes more
};

/// Counts the requests of a run by running it against a correct receiver in memory.
RequestPlan plan_requests(const CheckSettings& settings, Time now);

}  // namespace alohook
