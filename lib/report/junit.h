#pragma once
#include <string>

#include "check/run.h"

namespace alohook {

/// Returns JUnit XML that common readers understand: one suite, and one test case for each check. Names are unique,
/// because GitLab counts only the first of two test cases with the same name. A failed check that isn't required is a
/// passed case with a `system-out`. An inconclusive check is an error, and so is an unreachable receiver.
std::string junit_report(const CheckRun& run, Severity fail_on);

}  // namespace alohook
