#pragma once
#include <string>

#include "check/run.h"

namespace alohook {

/// Writes JUnit XML as common readers take it: one suite, one test case a check, with names that are unique (GitLab
/// counts only the first of two). A failed check that is not required is a passed case with a `system-out`; an
/// inconclusive one is an error, as is a receiver that can't be reached.
std::string junit_report(const CheckRun& run, Severity fail_on);

}  // namespace alohook
