#include "report/tap.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <iterator>

#include "base/ci_commands.h"
#include "base/visible.h"
#include "json/json_text.h"
#include "report/details.h"

namespace alohook {
namespace {

/// `#` would start a directive.
std::string escape(std::string_view text) {
  std::string out;
  for (const char c : visible(text)) {
    if (c == '#' || c == '\\') out += '\\';
    out += c;
  }
  return out;
}

/// A JSON string is also a YAML string.

void add_entry(std::string& out, std::string_view key, std::string_view value) {
  if (!value.empty()) fmt::format_to(std::back_inserter(out), "  {}: {}\n", key, json_quoted(value));
}

/// Returns a list of strings as a single multi-line string, because prove would parse the item `- "Ruby: …"` as a key
/// and value.
std::string joined(const std::vector<std::string>& lines) {
  return fmt::format("{}", fmt::join(lines, "\n"));
}

std::vector<std::string> fixes_of(const Cause& cause) {
  std::vector<std::string> fixes;
  for (const Fix& fix : cause.fixes) {
    fixes.push_back(fix.language.empty() ? fix.text : fmt::format("{}: {}", fix.language, fix.text));
  }
  return fixes;
}

void add_causes(std::string& out, const std::vector<Cause>& causes) {
  if (!causes.empty()) out += "  causes:\n";
  for (const Cause& cause : causes) {
    fmt::format_to(std::back_inserter(out),
                   "    - id: {}\n      text: {}\n      evidence: {}\n      fixes: {}\n",
                   json_quoted(cause.id), json_quoted(cause.text), json_quoted(cause.evidence),
                   json_quoted(joined(fixes_of(cause))));
  }
}

std::string yaml_block(const CheckOutcome& outcome) {
  std::string out = "  ---\n";
  add_entry(out, "severity", name_of(outcome.severity));
  add_entry(out, "result", name_of(outcome.result));
  add_entry(out, "message", headline(outcome));
  add_entry(out, "sent", outcome.sent);
  add_entry(out, "expected", outcome.expected);
  add_entry(out, "got", outcome.got);
  add_entry(out, "why", outcome.why);
  add_entry(out, "source", outcome.source);
  add_causes(out, outcome.causes);
  if (outcome.reproduction) add_entry(out, "reproduce", joined(outcome.reproduction->commands));
  add_entry(out, "remarks", joined(outcome.remarks));
  return out + "  ...\n";
}

std::string test_point(std::size_t number, const CheckOutcome& outcome, Severity fail_on) {
  const bool is_right = outcome.result == CheckResult::pass || outcome.result == CheckResult::skip;
  std::string out = fmt::format("{} {} - {}: {}", is_right ? "ok" : "not ok", number, escape(outcome.id),
                                escape(outcome.title));
  if (outcome.result == CheckResult::skip) return out + " # SKIP " + escape(outcome.reason) + '\n';
  if (is_right) return out + '\n';
  if (!is_required(outcome, fail_on)) out += fmt::format(" # TODO {}", name_of(outcome.severity));
  return out + '\n' + yaml_block(outcome);
}

}  // namespace

std::string tap_report(const CheckRun& run, Severity fail_on) {
  // This is TAP 14, but the `prove` of Perl 5.36 fails a run that says so, and readers of version 14 also accept 13.
  std::string out = "TAP version 13\n";
  // A plan without tests would mean that everything was skipped on purpose.
  if (!run.outcomes.empty()) fmt::format_to(std::back_inserter(out), "1..{}\n", run.outcomes.size());
  out += "# alohook check " + visible(run.url) + '\n';
  std::size_t number = 0;
  for (const CheckOutcome& outcome : run.outcomes) out += test_point(++number, outcome, fail_on);
  for (const std::string& note : run.notes) out += "# " + visible(note) + '\n';
  out += "# " + describe_verdict(run, fail_on) + '\n';
  if (!run.is_reachable) {
    out += "Bail out! " + escape(run.obstacle.empty() ? "the server is not reachable" : run.obstacle) + '\n';
  }
  // Reports may be printed; strings in YAML have the same escapes as in JSON.
  return json_without_ci_commands(out);
}

}  // namespace alohook
