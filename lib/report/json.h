#pragma once
#include <string>

#include "check/run.h"

namespace alohook {

/// Returns a check as one line of JSON without a newline: `{"schema":1,"event":"check","id":…}`. Keys that only apply
/// to failures are omitted otherwise. Untrusted bytes are made visible, but a body is exact.
std::string check_json(const CheckOutcome& outcome);

/// Returns the summary of a run as one line of JSON without a newline: `{"schema":1,"event":"summary",…}`.
std::string summary_json(const CheckRun& run, Severity fail_on);

/// Returns one line for each check, followed by the summary.
std::string json_report(const CheckRun& run, Severity fail_on);

}  // namespace alohook
