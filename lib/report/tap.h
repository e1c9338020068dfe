#pragma once
#include <string>

#include "check/run.h"

namespace alohook {

/// Writes TAP as of version 14, in a form that readers of version 13 take too: a failed check that is not required carries a directive that keeps the run from failing; what
/// a receiver did is in a YAML block; a receiver that can't be reached ends it with `Bail out!`.
std::string tap_report(const CheckRun& run, Severity fail_on);

}  // namespace alohook
