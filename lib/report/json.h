#pragma once
#include <string>

#include "check/run.h"

namespace alohook {

/// Writes one check as one line of JSON without a newline: `{"schema":1,"event":"check","id":…}`. Keys that only a
/// failure has are left out elsewhere; untrusted bytes are made visible, a body is given exactly.
std::string check_json(const CheckOutcome& outcome);

/// Writes the run as a whole as one line of JSON without a newline: `{"schema":1,"event":"summary",…}`.
std::string summary_json(const CheckRun& run, Severity fail_on);

/// Writes one line for each check, and the summary last.
std::string json_report(const CheckRun& run, Severity fail_on);

}  // namespace alohook
