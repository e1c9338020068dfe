#pragma once
#include <string>
#include <string_view>

#include "check/run.h"

// Text that several reports share.
namespace alohook {

/// Returns whether a failure of this check makes the run fail.
bool is_required(const CheckOutcome& outcome, Severity fail_on);

/// Returns `right`, `wrong` or `undecided`.
std::string_view name_of(CheckVerdict verdict);

/// Describes the result of the run in one phrase: `2 required checks failed`. Untrusted bytes are made visible.
std::string describe_verdict(const CheckRun& run, Severity fail_on);

/// Returns the text as a JSON string. Untrusted bytes are made visible.
std::string json_quoted(std::string_view text);

/// Returns the result of a check as one line: its reason, or its title.
std::string_view headline(const CheckOutcome& outcome);

/// Lists what was sent, expected and received, why it matters, the cause, the fixes, and how to reproduce it. Each is a
/// labeled line, with untrusted bytes made visible. Empty if there is nothing to report.
std::string details_text(const CheckOutcome& outcome);

}  // namespace alohook
