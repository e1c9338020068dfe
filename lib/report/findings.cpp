#include "report/findings.h"

#include <algorithm>
#include <string>

#include "report/details.h"

namespace alohook {
namespace {

bool is_failure(const CheckOutcome& outcome, Severity fail_on) {
  return outcome.result == CheckResult::fail && is_required(outcome, fail_on);
}

Finding* finding_of(std::vector<Finding>& all, std::string_view id) {
  const auto found = std::ranges::find_if(all, [&](const Finding& finding) {
    const auto is_it = [&](const CheckOutcome* outcome) { return outcome->id == id; };
    return std::ranges::any_of(finding.fails, is_it) || std::ranges::any_of(finding.consequences, is_it);
  });
  return found == all.end() ? nullptr : &*found;
}

void add_failure(std::vector<Finding>& all, const CheckOutcome& outcome) {
  const Cause* cause = outcome.causes.empty() ? nullptr : &outcome.causes.front();
  const auto same = std::ranges::find_if(all, [&](const Finding& finding) {
    return cause != nullptr && finding.cause != nullptr && finding.cause->id == cause->id &&
           finding.cause->text == cause->text;
  });
  if (same != all.end()) {
    same->fails.push_back(&outcome);
  } else {
    all.push_back({.shown = &outcome, .cause = cause, .fails = {&outcome}});
  }
}

}  // namespace

std::vector<Finding> findings(const CheckRun& run, Severity fail_on) {
  std::vector<Finding> all;
  for (const CheckOutcome& outcome : run.outcomes) {
    if (is_failure(outcome, fail_on) && outcome.consequence_of.empty()) add_failure(all, outcome);
  }
  // An outcome may be the consequence of another consequence later in the list.
  std::vector<const CheckOutcome*> left;
  for (const CheckOutcome& outcome : run.outcomes) {
    if (is_failure(outcome, fail_on) && !outcome.consequence_of.empty()) left.push_back(&outcome);
  }
  while (!left.empty()) {
    const std::size_t before = left.size();
    std::erase_if(left, [&](const CheckOutcome* outcome) {
      Finding* finding = finding_of(all, outcome->consequence_of);
      if (finding == nullptr) return false;
      const bool has_same_cause = finding->cause != nullptr && !outcome->causes.empty() &&
                                  outcome->causes.front().id == finding->cause->id;
      (has_same_cause ? finding->fails : finding->consequences).push_back(outcome);
      return true;
    });
    if (left.size() < before) continue;
    // The check it follows from didn't run, or doesn't make the run fail.
    add_failure(all, *left.front());
    left.erase(left.begin());
  }
  const auto rank = [](const Finding& finding) {
    return std::pair(finding.shown->severity, finding.cause == nullptr);
  };
  std::ranges::stable_sort(all, {}, rank);
  return all;
}

std::string ids_of(const std::vector<const CheckOutcome*>& outcomes) {
  std::string ids;
  for (const CheckOutcome* outcome : outcomes) ids += (ids.empty() ? "" : " ") + outcome->id;
  return ids;
}

}  // namespace alohook
