#pragma once
#include <string>

#include "check/run.h"

namespace alohook {

/// Returns TAP 14 that readers of version 13 can also parse. A failed check that isn't required has a directive that
/// keeps the run from failing. Details are in YAML blocks. If the receiver is unreachable, the output ends with `Bail
/// out!`.
std::string tap_report(const CheckRun& run, Severity fail_on);

}  // namespace alohook
