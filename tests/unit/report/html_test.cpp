#include "report/html.h"

#include "support/reports.h"

using namespace alohook;

TEST_CASE("an HTML report of a hostile run is what was approved") {
  const std::string report = html_report(hostile_run(), Severity::must);
  check_approved("hostile.html", report);
  CHECK(holds_nothing_raw(report));
}

TEST_CASE("an HTML report runs nothing and loads nothing") {
  const std::string report = html_report(hostile_run(), Severity::must);
  CHECK(report.find("<script") == std::string::npos);
  CHECK(report.find(" src=") == std::string::npos);
  CHECK(report.find("<link") == std::string::npos);
  CHECK(report.find("style=\"") == std::string::npos);
  CHECK(report.find("default-src 'none'") != std::string::npos);
  CHECK(report.find("unsafe-inline") == std::string::npos);
}

TEST_CASE("an HTML report opens the failures and folds the rest") {
  const std::string report = html_report(hostile_run(), Severity::must);
  CHECK(count_of(report, "\" open>") == 3);
  CHECK(report.find("<details id=\"accept-valid\">") != std::string::npos);
  CHECK(report.find("The receiver is wrong: 1 check that must pass failed") != std::string::npos);
}

TEST_CASE("an HTML report says that nothing could be judged") {
  const std::string report = html_report(unreachable_run(), Severity::must);
  CHECK(report.find("The receiver could not be judged: connection refused") != std::string::npos);
}
