#pragma once
#include <string>
#include <vector>

#include "console.h"
#include "doing/check.h"

namespace alohook {

/// Shows the list of checks for people, one a line.
std::string show_checks(const std::vector<CheckInfo>& checks, const Palette& paint);
std::string check_info_json(const CheckInfo& info);

/// Shows one check as it ends: `✓ raw-newlines  title  3 ms`, and what is to be known of one that failed.
std::string show_outcome(const CheckOutcome& outcome, const Palette& paint);

/// Shows notes and totals; `fail_on` is the least severity that is required.
std::string show_total(const CheckRun& run, Severity fail_on, const Palette& paint);

}  // namespace alohook
