#pragma once
#include <set>
#include <string>
#include <vector>

#include "check/check.h"
#include "output/console.h"

namespace alohook {

/// Shows the list of checks for people, one a line.
std::string show_checks(const std::vector<CheckInfo>& checks, const Palette& paint);
std::string check_info_json(const CheckInfo& info);

/// Shows one check after the other as they end: `✓ raw-newlines  title  3 ms`, and what is to be known of one that
/// failed. What several have in common is said once: many are inconclusive for one reason, or fail for one bug.
class OutcomeView {
 public:
  std::string show(const CheckOutcome& outcome, const Palette& paint);

 private:
  std::string show_failure(const CheckOutcome& outcome, const Palette& paint);

  std::string last_reason_, last_why_;
  std::set<std::string> explained_;
};

/// Shows notes, totals, what failed by the bug that it fails for, and the verdict; `fail_on` is the least severity that is required.
std::string show_total(const CheckRun& run, Severity fail_on, const Palette& paint);

}  // namespace alohook
