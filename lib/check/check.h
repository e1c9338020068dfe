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

/// Returns the checks that the settings choose; throws Error for a pattern or an id that fits none, or when none is
/// left.
std::vector<CheckInfo> chosen_checks(const CheckSettings& settings);

/// Judges a receiver. Ends within a bounded number of time-outs whatever the receiver does.
CheckRun run_checks(const CheckSettings& settings, const CheckWorld& world);

/// Returns about how many rightly signed events a run sends to a right receiver, the challenges not counted.
int count_signed_events(const CheckSettings& settings, Time now);

}  // namespace alohook
