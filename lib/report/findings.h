#pragma once
#include <string_view>
#include <vector>

#include "check/run.h"

namespace alohook {

/// A problem with a server: a bug, or a failed check that no bug explains.
struct Finding {
  const CheckOutcome* shown = nullptr;                 ///< the failed check that shows the problem best
  const Cause* cause = nullptr;                        ///< the bug, if it is known
  std::vector<const CheckOutcome*> fails = {};         ///< checks that fail because of it, including `shown`
  std::vector<const CheckOutcome*> consequences = {};  ///< checks that fail as a consequence of those
};

/// Groups the failures of a run by cause: the most severe first, and those with a known bug before the others. Includes
/// only failures that make the run fail. The result refers to `run`.
std::vector<Finding> findings(const CheckRun& run, Severity fail_on);

/// Returns the IDs, separated by spaces.
std::string ids_of(const std::vector<const CheckOutcome*>& outcomes);

}  // namespace alohook
