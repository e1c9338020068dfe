#pragma once
#include <string>

#include "check/run.h"

namespace alohook {

/// Returns a self-contained page: no scripts, no external resources, and a content security policy that only allows its
/// own style. It follows the system's light or dark mode. Failures are expanded, everything else is collapsed.
std::string html_report(const CheckRun& run, Severity fail_on);

}  // namespace alohook
