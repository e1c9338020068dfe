#pragma once
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "check/run.h"
#include "check/settings.h"

namespace alohook {

/// All the checks, in the order in which they are run.
std::vector<CheckInfo> all_checks();

/// Returns whether a name fits a pattern with `*` and `?`.
bool matches_pattern(std::string_view pattern, std::string_view name);

/// Returns the chosen checks; throws Error for a pattern or an id that matches none, or when none is left.
std::vector<CheckInfo> chosen_checks(const CheckChoice& choice);

/// Judges a receiver. Ends within a bounded number of time-outs whatever the receiver does.
CheckRun run_checks(const CheckSettings& settings, const CheckWorld& world);

/// How many requests a run sends.
struct RequestPlan {
  int requests = 0;       ///< to a correct receiver
  int signed_events = 0;  ///< of these, correctly signed events, not counting challenges
  int most = 0;           ///< to any receiver: the search for the cause of a failure needs more
};

/// Counts the requests of a run by running it against a correct receiver in memory.
RequestPlan plan_requests(const CheckSettings& settings, Time now);

}  // namespace alohook
