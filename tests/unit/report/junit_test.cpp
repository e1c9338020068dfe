#include "report/junit.h"

#include "support/reports.h"

using namespace alohook;

TEST_CASE("a JUnit report of a hostile run matches the approved one") {
  const std::string report = junit_report(hostile_run(), Severity::must);
  check_approved("hostile.junit.xml", report);
  CHECK(holds_nothing_raw(report));
  CHECK(report.find("<script>") == std::string::npos);
  CHECK(report.find("]]>") == std::string::npos);
}

TEST_CASE("in JUnit, a failed check is a failure only if it is required") {
  const CheckRun run = hostile_run();
  CHECK(count_of(junit_report(run, Severity::must), "<failure ") == 1);
  CHECK(count_of(junit_report(run, Severity::should), "<failure ") == 2);
  CHECK(count_of(junit_report(run, Severity::may), "<failure ") == 3);
  const std::string report = junit_report(run, Severity::must);
  CHECK(count_of(report, "<error ") == 1);
  CHECK(count_of(report, "<skipped ") == 1);
  CHECK(report.find("tests=\"7\" failures=\"1\" errors=\"1\" skipped=\"1\" time=\"2.346\"") !=
        std::string::npos);
  CHECK(report.find("&quot;should&quot;, so the run does not fail") != std::string::npos);
}

TEST_CASE("in JUnit, two checks with the same name get different names") {
  CheckRun run = hostile_run();
  run.outcomes.push_back(run.outcomes.front());
  const std::string report = junit_report(run, Severity::must);
  CHECK(count_of(report, "name=\"accept-valid\"") == 1);
  CHECK(count_of(report, "name=\"accept-valid 2\"") == 1);
}

TEST_CASE("JUnit reports an unreachable receiver as an error") {
  const std::string report = junit_report(unreachable_run(), Severity::must);
  CHECK(report.find("tests=\"1\" failures=\"0\" errors=\"1\"") != std::string::npos);
  CHECK(report.find("<error message=\"connection refused\"") != std::string::npos);
}
