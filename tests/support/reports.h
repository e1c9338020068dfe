#pragma once
// The worst run that a receiver can cause, for the tests of the reports, and the approved files to compare them with.
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <string>

#include "check/run.h"
#include "support/catch.hpp"

namespace alohook {

/// What attacks readers of reports: bytes that XML can't contain, ends of CDATA sections, markup, escape sequences,
/// bidirectional text, bytes that aren't UTF-8, GitHub commands, TAP directives, and Markdown.
inline std::string hostile_text() {
  using namespace std::string_literals;
  return "a\0b\x1b[31m\x7f ]]> <script>alert(1)</script> &amp; \"'` \xff\xc3( \xe2\x80\xae"
         "gpj \xef\xbf\xbe \xed\xa0\x80\n::error title=x::y\r\n##[error]z # TODO \\ 100% | *b* [l](javascript:x) é 😀"s;
}

inline CheckOutcome outcome_of(const std::string& id, const std::string& group, Severity severity,
                               CheckResult result) {
  CheckOutcome outcome;
  outcome.id = id;
  outcome.group = group;
  outcome.title = "a right receiver does what " + id + " says";
  outcome.severity = severity;
  outcome.check_class = CheckClass::s1;
  outcome.result = result;
  outcome.requests = result == CheckResult::skip ? 0 : 3;
  outcome.elapsed = std::chrono::microseconds(result == CheckResult::skip ? 0 : 12345);
  return outcome;
}

inline CheckOutcome failure_of(const std::string& id, Severity severity, const std::string& text) {
  CheckOutcome outcome = outcome_of(id, "raw", severity, CheckResult::fail);
  outcome.reason = "refused: " + text;
  outcome.sent = "a body with a trailing newline";
  outcome.expected = "2xx";
  outcome.got = "403 Forbidden: " + text;
  outcome.why = "events with such bytes are lost";
  outcome.source = "https://example.org/rule";
  return outcome;
}

/// Returns every result with every severity, with hostile text in all fields that can contain network input.
inline CheckRun hostile_run() {
  CheckRun run;
  run.url = "http://127.0.0.1:3000/hook?<a>&b=\"]]>";
  run.secret = "secret 1 (24 bytes, sha256 0123abcd…)";
  run.encoding = Encoding::v0;
  run.started_at = Time{std::chrono::microseconds(1795453200123456)};  // 2026-11-23T17:00:00.123456Z
  run.elapsed = std::chrono::microseconds(2345678);
  run.requests_sent = 210;
  run.signed_events_sent = 140;
  run.is_reachable = true;
  run.notes = {"the receiver says " + hostile_text()};
  run.outcomes.push_back(outcome_of("accept-valid", "accept", Severity::must, CheckResult::pass));
  CheckOutcome named = failure_of("raw-newlines", Severity::must, hostile_text());
  named.causes.push_back(
      {.id = "body-reserialised",
       .text = "The body was parsed and written again",
       .evidence = "first difference at byte 7: " + hostile_text(),
       .fixes = {{"", "Sign the bytes as they came in."}, {"Ruby", "sign request.raw_post"}},
       .proven = true});
  named.reproduction =
      Reproduction{.file = "raw-newlines.body",
                   .body = "{\"t\":\"\xff\"}\n",
                   .commands = {"curl --data-binary @raw-newlines.body 'http://127.0.0.1:3000/'"}};
  named.remarks = {"a remark: " + hostile_text()};
  run.outcomes.push_back(named);
  run.outcomes.push_back(failure_of("raw-unicode", Severity::should, hostile_text()));
  run.outcomes.push_back(failure_of("deep-nesting", Severity::may, "500"));
  CheckOutcome inconclusive = outcome_of("reject-stale", "reject", Severity::must, CheckResult::inconclusive);
  inconclusive.reason = "the control was refused: " + hostile_text();
  run.outcomes.push_back(inconclusive);
  CheckOutcome skipped = outcome_of("concurrency", "load", Severity::should, CheckResult::skip);
  skipped.reason = "needs --stress # \\ " + hostile_text();
  run.outcomes.push_back(skipped);
  CheckOutcome remarked = outcome_of("raw-duplicate-keys", "raw", Severity::should, CheckResult::pass);
  remarked.remarks = {"takes the last of two keys"};
  run.outcomes.push_back(remarked);
  return run;
}

/// Returns a run with an unreachable receiver.
inline CheckRun unreachable_run() {
  CheckRun run;
  run.url = "http://127.0.0.1:1/";
  run.secret = "secret 1 (24 bytes, sha256 0123abcd…)";
  run.started_at = Time{std::chrono::microseconds(1795453200123456)};
  run.obstacle = "connection refused";
  return run;
}

/// Compares a report with its approved file in vectors/reports/. With ALOHOOK_REWRITE_REPORTS in the environment,
/// writes the file instead, so that you can review the diff.
inline void check_approved(const std::string& name, const std::string& report) {
  const std::string path = ALOHOOK_SOURCE_DIR "/tests/vectors/reports/" + name;
  if (std::getenv("ALOHOOK_REWRITE_REPORTS") != nullptr) std::ofstream(path, std::ios::binary) << report;
  std::ifstream file(path, std::ios::binary);
  REQUIRE(file);
  std::ostringstream approved;
  approved << file.rdbuf();
  CHECK(report == approved.str());
}

/// Returns whether a report contains no raw control, invisible or invalid bytes.
inline bool holds_nothing_raw(const std::string& report) {
  for (const std::string raw :
       {"\x1b", "\x7f", "\xff", "\xe2\x80\xae", "\xed\xa0\x80", "\xef\xbf\xbe", "\r"}) {
    if (report.find(raw) != std::string::npos) return false;
  }
  return report.find('\0') == std::string::npos;
}

inline std::size_t count_of(const std::string& text, const std::string& part) {
  std::size_t count = 0;
  for (std::size_t i = 0; (i = text.find(part, i)) != std::string::npos; i += part.size()) ++count;
  return count;
}

}  // namespace alohook
