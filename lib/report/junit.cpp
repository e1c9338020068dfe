#include "report/junit.h"

#include <fmt/format.h>

#include <iterator>
#include <set>

#include "report/details.h"
#include "report/markup.h"

namespace alohook {
namespace {

enum class Kind { pass, failure, error, skipped };

Kind kind_of(const CheckOutcome& outcome, Severity fail_on) {
  switch (outcome.result) {
    case CheckResult::fail:
      return is_required(outcome, fail_on) ? Kind::failure : Kind::pass;
    case CheckResult::inconclusive:
      return Kind::error;
    case CheckResult::skip:
      return Kind::skipped;
    case CheckResult::pass:
      break;
  }
  return Kind::pass;
}

std::string seconds(std::chrono::microseconds time) {
  return fmt::format("{:.3f}", std::chrono::duration<double>(time).count());
}

struct Cases {
  std::string xml;
  int tests = 0, failures = 0, errors = 0, skipped = 0;
  std::set<std::string> names = {};
};

std::string unique(std::set<std::string>& names, const std::string& name) {
  std::string unique_name = name;
  for (int i = 2; !names.insert(unique_name).second; ++i) unique_name = fmt::format("{} {}", name, i);
  return unique_name;
}

void add_problem(Cases& cases, std::string_view element, std::string_view message, std::string_view type,
                 std::string_view text) {
  fmt::format_to(std::back_inserter(cases.xml), "      <{0} message=\"{1}\" type=\"{2}\">{3}</{0}>\n",
                 element, escape_markup(message), type, escape_markup(text));
}

void add_content(Cases& cases, const CheckOutcome& outcome, Severity fail_on) {
  const std::string details = details_text(outcome);
  switch (kind_of(outcome, fail_on)) {
    case Kind::failure:
      ++cases.failures;
      return add_problem(cases, "failure", headline(outcome), name_of(outcome.severity), details);
    case Kind::error:
      ++cases.errors;
      return add_problem(cases, "error", headline(outcome), "inconclusive", details);
    case Kind::skipped:
      ++cases.skipped;
      cases.xml += fmt::format("      <skipped message=\"{}\"/>\n", escape_markup(outcome.reason));
      return;
    case Kind::pass:
      break;
  }
  std::string text = details;
  if (outcome.result == CheckResult::fail) {
    text = fmt::format("{} (\"{}\", so the run does not fail)\n{}", headline(outcome),
                       name_of(outcome.severity), details);
  }
  if (!text.empty()) cases.xml += fmt::format("      <system-out>{}</system-out>\n", escape_markup(text));
}

void add_case(Cases& cases, const CheckOutcome& outcome, Severity fail_on) {
  ++cases.tests;
  fmt::format_to(std::back_inserter(cases.xml),
                 "    <testcase classname=\"alohook.check.{}\" name=\"{}\" time=\"{}\">\n",
                 escape_markup(outcome.group), escape_markup(unique(cases.names, outcome.id)),
                 seconds(outcome.elapsed));
  add_content(cases, outcome, fail_on);
  cases.xml += "    </testcase>\n";
}

/// Without this, a run in which no check could be made would look like one in which every check passed.
void add_obstacle(Cases& cases, const CheckRun& run) {
  ++cases.tests;
  ++cases.errors;
  cases.xml += "    <testcase classname=\"alohook.check\" name=\"reachable\" time=\"0.000\">\n";
  add_problem(cases, "error", run.obstacle.empty() ? "the server is not reachable" : run.obstacle,
              "unreachable", "");
  cases.xml += "    </testcase>\n";
}

std::string property(std::string_view name, std::string_view value) {
  return fmt::format("      <property name=\"{}\" value=\"{}\"/>\n", name, escape_markup(value));
}

}  // namespace

std::string junit_report(const CheckRun& run, Severity fail_on) {
  Cases cases;
  for (const CheckOutcome& outcome : run.outcomes) add_case(cases, outcome, fail_on);
  if (!run.is_reachable) add_obstacle(cases, run);

  const std::string counts = fmt::format(
      "name=\"alohook check\" tests=\"{}\" failures=\"{}\" errors=\"{}\" skipped=\"{}\" time=\"{}\"",
      cases.tests, cases.failures, cases.errors, cases.skipped, seconds(run.elapsed));
  // Strict readers expect seconds without a time zone. It is UTC.
  const std::string timestamp = iso8601(run.started_at).substr(0, 19);
  std::string out = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";
  out += fmt::format("<testsuites {}>\n  <testsuite {} timestamp=\"{}\">\n    <properties>\n", counts, counts,
                     timestamp);
  out += property("url", run.url) + property("secret", run.secret);
  if (run.encoding) out += property("encoding", name_of(*run.encoding));
  out += property("verdict", name_of(verdict_of(run, fail_on)));
  for (const std::string& note : run.notes) out += property("note", note);
  return out + "    </properties>\n" + cases.xml + "  </testsuite>\n</testsuites>\n";
}

}  // namespace alohook
