#pragma once
#include <string>
#include <string_view>

#include "check/run.h"

// What the reports say in the same words.
namespace alohook {

/// Returns whether a failure of this outcome makes the run fail.
bool is_required(const CheckOutcome& outcome, Severity fail_on);

/// Returns `right`, `wrong` or `undecided`.
std::string_view name_of(CheckVerdict verdict);

/// Says the result of the run in one sentence, untrusted bytes made visible: `2 required checks failed`.
std::string describe_verdict(const CheckRun& run, Severity fail_on);

/// Returns the text as a JSON string, untrusted bytes made visible.
std::string json_quoted(std::string_view text);

/// Returns the result of a check in one line: its reason, or its title.
std::string_view headline(const CheckOutcome& outcome);

/// Lays out what was sent, expected and got, why it matters, the cause, the fixes and the reproduction: one labelled
/// line each, untrusted bytes made visible. Empty when there is nothing to say.
std::string details_text(const CheckOutcome& outcome);

}  // namespace alohook
