#pragma once
#include <string_view>
#include <vector>

#include "check/run.h"

namespace alohook {

/// One thing that is wrong with a server: a bug, or a failed check that no bug explains.
struct Finding {
  const CheckOutcome* shown = nullptr;                 ///< the failed check that shows it best
  const Cause* cause = nullptr;                        ///< the bug, when it is named
  std::vector<const CheckOutcome*> fails = {};         ///< checks that fail for it, `shown` among them
  std::vector<const CheckOutcome*> consequences = {};  ///< checks that fail because those do
};

/// Sorts the failures of a run by what causes them, the gravest and those with a named bug first. Only failures that make
/// the run fail are in it. The result refers to `run`.
std::vector<Finding> findings(const CheckRun& run, Severity fail_on);

/// Returns the ids, a space between two.
std::string ids_of(const std::vector<const CheckOutcome*>& outcomes);

}  // namespace alohook
