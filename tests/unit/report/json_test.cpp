#include "report/json.h"

#include <nlohmann/json.hpp>

#include "support/reports.h"

using namespace alohook;
using nlohmann::json;

TEST_CASE("a JSON report of a hostile run matches the approved one") {
  const std::string report = json_report(hostile_run(), Severity::must);
  check_approved("hostile.check.jsonl", report);
  CHECK(holds_nothing_raw(report));
}

TEST_CASE("a JSON report has one line for each check and the summary last") {
  std::istringstream lines(json_report(hostile_run(), Severity::must));
  std::vector<json> objects;
  for (std::string line; std::getline(lines, line);) objects.push_back(json::parse(line));
  REQUIRE(objects.size() == 8);
  CHECK(objects[0]["id"] == "accept-valid");
  CHECK(objects[0]["result"] == "pass");
  CHECK_FALSE(objects[0].contains("got"));
  CHECK(objects[1]["causes"][0]["id"] == "body-reserialised");
  CHECK(objects[1]["reproduction"]["body_base64"] == "eyJ0Ijoi/yJ9Cg==");
  CHECK(objects[1]["ms"] == 12.345);
  const json& summary = objects.back();
  CHECK(summary["event"] == "summary");
  CHECK(summary["verdict"] == "wrong");
  CHECK(summary["failed"] == 3);
  CHECK(summary["should"]["failed"] == 1);
  CHECK(summary["started_at"] == "2026-11-23T17:00:00.123Z");
}

TEST_CASE("the JSON summary for an unreachable receiver is undecided and gives the reason") {
  const json summary = json::parse(summary_json(unreachable_run(), Severity::must));
  CHECK(summary["verdict"] == "undecided");
  CHECK(summary["reachable"] == false);
  CHECK(summary["obstacle"] == "connection refused");
  CHECK_FALSE(summary.contains("encoding"));
}
