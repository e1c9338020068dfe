#include "report/details.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "base/visible.h"
#include "json/json_string.h"

namespace alohook {
namespace {

void add_line(std::string& out, std::string_view label, std::string_view text) {
  if (!text.empty()) fmt::format_to(std::back_inserter(out), "{:<10} {}\n", label, visible(text));
}

void add_cause(std::string& out, const Cause& cause) {
  add_line(out, "cause:", fmt::format("{}: {}", cause.id, cause.text));
  add_line(out, "evidence:", cause.evidence);
  for (const Fix& fix : cause.fixes) {
    add_line(out, "fix:", fix.language.empty() ? fix.text : fmt::format("{}: {}", fix.language, fix.text));
  }
}

std::string checks(int number) { return fmt::format("{} required check{}", number, number == 1 ? "" : "s"); }
std::string recommended(int number) {
  return fmt::format("{} recommended check{}", number, number == 1 ? "" : "s");
}

}  // namespace

std::string json_quoted(std::string_view text) { return quote_json_string(visible_lines(text)); }

bool is_required(const CheckOutcome& outcome, Severity fail_on) { return outcome.severity <= fail_on; }

std::string_view name_of(CheckVerdict verdict) {
  constexpr std::string_view names[] = {"right", "wrong", "undecided"};
  return names[static_cast<int>(verdict)];
}

std::string describe_verdict(const CheckRun& run, Severity fail_on) {
  const auto count_required = [&](CheckResult result) {
    return static_cast<int>(std::ranges::count_if(run.outcomes, [&](const CheckOutcome& outcome) {
      return outcome.result == result && is_required(outcome, fail_on);
    }));
  };
  switch (verdict_of(run, fail_on)) {
    case CheckVerdict::wrong:
      return fmt::format("{} failed", checks(count_required(CheckResult::fail)));
    case CheckVerdict::undecided:
      if (!run.obstacle.empty()) return "Inconclusive: " + visible(run.obstacle);
      if (!run.is_reachable) return "Inconclusive: the server is not reachable";
      return fmt::format("Inconclusive: {} could not be decided",
                         checks(count_required(CheckResult::inconclusive)));
    case CheckVerdict::right:
      break;
  }
  const int wishes = count(run).failed;
  return wishes == 0 ? "All required checks passed"
                     : fmt::format("All required checks passed, {} failed", recommended(wishes));
}

std::string_view headline(const CheckOutcome& outcome) {
  return outcome.reason.empty() ? outcome.title : outcome.reason;
}

std::string details_text(const CheckOutcome& outcome) {
  std::string out;
  if (outcome.result == CheckResult::fail || outcome.result == CheckResult::inconclusive) {
    add_line(out, "rule:", outcome.title);
    add_line(out, "sent:", outcome.sent);
    add_line(out, "expected:", outcome.expected);
    add_line(out, "got:", outcome.got);
    add_line(out, "why:", outcome.why);
    add_line(out, "source:", outcome.source);
    for (const Cause& cause : outcome.causes) add_cause(out, cause);
    if (outcome.reproduction) {
      for (const std::string& command : outcome.reproduction->commands) add_line(out, "reproduce:", command);
    }
  }
  for (const std::string& remark : outcome.remarks) add_line(out, "remark:", remark);
  return out;
}

}  // namespace alohook
