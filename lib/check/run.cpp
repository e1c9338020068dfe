#include "check/run.h"

#include <algorithm>

namespace alohook {
namespace {

void add(CheckCounts& counts, CheckResult result) {
  switch (result) {
    case CheckResult::pass:
      ++counts.passed;
      break;
    case CheckResult::fail:
      ++counts.failed;
      break;
    case CheckResult::inconclusive:
      ++counts.inconclusive;
      break;
    case CheckResult::skip:
      ++counts.skipped;
      break;
  }
}

}  // namespace

std::string_view name_of(Severity severity) {
  constexpr std::string_view names[] = {"must", "should", "may"};
  return names[static_cast<int>(severity)];
}

std::string_view name_of(CheckClass check_class) {
  constexpr std::string_view names[] = {"S0", "S1", "S2", "S3", "S4"};
  return names[static_cast<int>(check_class)];
}

std::string_view name_of(CheckResult result) {
  constexpr std::string_view names[] = {"pass", "fail", "inconclusive", "skip"};
  return names[static_cast<int>(result)];
}

CheckCounts count(const CheckRun& run) {
  CheckCounts counts;
  for (const CheckOutcome& outcome : run.outcomes) add(counts, outcome.result);
  return counts;
}

CheckCounts count(const CheckRun& run, Severity severity) {
  CheckCounts counts;
  for (const CheckOutcome& outcome : run.outcomes) {
    if (outcome.severity == severity) add(counts, outcome.result);
  }
  return counts;
}

CheckVerdict verdict_of(const CheckRun& run, Severity fail_on) {
  const auto any_required = [&](CheckResult result) {
    return std::ranges::any_of(run.outcomes, [&](const CheckOutcome& outcome) {
      return outcome.severity <= fail_on && outcome.result == result;
    });
  };
  if (any_required(CheckResult::fail)) return CheckVerdict::wrong;
  if (!run.is_reachable || any_required(CheckResult::inconclusive)) return CheckVerdict::undecided;
  return CheckVerdict::right;
}

}  // namespace alohook
