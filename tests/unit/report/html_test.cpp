#include "report/html.h"

#include "support/reports.h"

using namespace alohook;

TEST_CASE("an HTML report of a hostile run matches the approved one") {
  const std::string report = html_report(hostile_run(), Severity::must);
  check_approved("hostile.html", report);
  CHECK(holds_nothing_raw(report));
}

TEST_CASE("an HTML report contains no scripts and loads no resources") {
  const std::string report = html_report(hostile_run(), Severity::must);
  CHECK(report.find("<script") == std::string::npos);
  CHECK(report.find(" src=") == std::string::npos);
  CHECK(report.find("<link") == std::string::npos);
  CHECK(report.find("style=\"") == std::string::npos);
  CHECK(report.find("default-src 'none'") != std::string::npos);
  CHECK(report.find("unsafe-inline") == std::string::npos);
}

TEST_CASE("an HTML report expands the failures and collapses everything else") {
  const std::string report = html_report(hostile_run(), Severity::must);
  CHECK(count_of(report, "\" open>") == 3);
  CHECK(report.find("<details id=\"accept-valid\">") != std::string::npos);
  CHECK(report.find("1 required check failed") != std::string::npos);
}

TEST_CASE("an HTML report starts with the problems, followed by failed, inconclusive and other checks") {
  const std::string report = html_report(hostile_run(), Severity::must);
  std::size_t last = 0;
  for (const char* part :
       {"<h2>What is wrong</h2>", "<h3><code>body-reserialised</code></h3>", "<h2>Failed checks</h2>",
        "<details id=\"raw-newlines\" open>", "<h2>Inconclusive checks</h2>", "<details id=\"reject-stale\"",
        "<details id=\"accept-valid\">"}) {
    const std::size_t at = report.find(part);
    CAPTURE(part);
    REQUIRE(at != std::string::npos);
    CHECK(at > last);
    last = at;
  }
  CHECK(html_report(unreachable_run(), Severity::must).find("What is wrong") == std::string::npos);
}

TEST_CASE("an HTML report says if nothing could be checked") {
  const std::string report = html_report(unreachable_run(), Severity::must);
  CHECK(report.find("Inconclusive: connection refused") != std::string::npos);
}
