#include "report/tap.h"

#include "support/reports.h"

using namespace alohook;

TEST_CASE("a TAP report of a hostile run matches the approved one") {
  const std::string report = tap_report(hostile_run(), Severity::must);
  check_approved("hostile.tap", report);
  CHECK(holds_nothing_raw(report));
}

TEST_CASE("in TAP, a failed check that isn't required has a directive that excuses it") {
  const CheckRun run = hostile_run();
  CHECK(count_of(tap_report(run, Severity::must), " # TODO should\n") == 1);
  CHECK(count_of(tap_report(run, Severity::must), " # TODO may\n") == 1);
  CHECK(count_of(tap_report(run, Severity::may), " # TODO may\n") == 0);
  CHECK(count_of(tap_report(run, Severity::must), "\nok 6 - concurrency: ") == 1);
}

TEST_CASE("text from a receiver never becomes a TAP directive or line") {
  CheckRun run;
  run.is_reachable = true;
  run.outcomes.push_back(outcome_of("evil # SKIP x\nok 9 - y \\", "raw", Severity::must, CheckResult::fail));
  const std::string report = tap_report(run, Severity::must);
  CHECK(report.find("not ok 1 - evil \\# SKIP x\\\\nok 9 - y \\\\: ") != std::string::npos);
}

TEST_CASE("TAP bails out if the receiver is unreachable") {
  const std::string report = tap_report(unreachable_run(), Severity::must);
  CHECK(report.starts_with("TAP version 13\n"));
  CHECK(report.find("\nBail out! connection refused\n") != std::string::npos);
  CHECK(report.find("1..0") == std::string::npos);
}
