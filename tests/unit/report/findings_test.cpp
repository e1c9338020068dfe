#include "report/findings.h"

#include "support/reports.h"

using namespace alohook;

namespace {

CheckOutcome failed(const std::string& id, const std::string& cause = {},
                    Severity severity = Severity::must) {
  CheckOutcome outcome = failure_of(id, severity, "401");
  if (!cause.empty())
    outcome.causes.push_back({.id = cause, .text = "text of " + cause, .evidence = {}, .fixes = {}});
  return outcome;
}

CheckOutcome following(const std::string& id, const std::string& from) {
  CheckOutcome outcome = failed(id);
  outcome.consequence_of = from;
  return outcome;
}

CheckRun run_of(std::vector<CheckOutcome> outcomes) {
  CheckRun run;
  run.outcomes = std::move(outcomes);
  return run;
}

}  // namespace

TEST_CASE("failures with the same bug are one finding, and those with a known bug come first") {
  const CheckRun run = run_of({failed("a"), failed("b", "body-reserialised"),
                               failed("c", "body-reserialised"), failed("d", "body-newlines")});
  const std::vector<Finding> all = findings(run, Severity::must);
  REQUIRE(all.size() == 3);
  CHECK(all[0].cause->id == "body-reserialised");
  CHECK(ids_of(all[0].fails) == "b c");
  CHECK(ids_of(all[1].fails) == "d");
  CHECK(all[2].cause == nullptr);
  CHECK(all[2].shown->id == "a");
}

TEST_CASE("a consequence belongs to its cause's finding, even if it follows from another consequence") {
  const CheckRun run = run_of({following("c", "b"), following("b", "a"), failed("a"), failed("d")});
  const std::vector<Finding> all = findings(run, Severity::must);
  REQUIRE(all.size() == 2);
  CHECK(ids_of(all[0].fails) == "a");
  CHECK(ids_of(all[0].consequences) == "b c");
  CHECK(ids_of(all[1].consequences) == "");
}

TEST_CASE("a consequence with the same bug is one of the checks that fail because of it") {
  CheckOutcome second = failed("b", "body-reserialised");
  second.consequence_of = "a";
  const CheckRun run = run_of({failed("a", "body-reserialised"), second, following("c", "a")});
  const std::vector<Finding> all = findings(run, Severity::must);
  REQUIRE(all.size() == 1);
  CHECK(ids_of(all[0].fails) == "a b");
  CHECK(ids_of(all[0].consequences) == "c");
}

TEST_CASE("a consequence of something that didn't fail, or of itself, is its own finding") {
  const CheckRun run = run_of({following("a", "nothing"), following("b", "c"), following("c", "b")});
  const std::vector<Finding> all = findings(run, Severity::must);
  REQUIRE(all.size() == 2);
  CHECK(all[0].shown->id == "a");
  CHECK(all[1].shown->id == "b");
  CHECK(ids_of(all[1].consequences) == "c");
}

TEST_CASE("only failures that make the run fail are findings") {
  const CheckRun run =
      run_of({failed("a", "", Severity::should), outcome_of("b", "raw", Severity::must, CheckResult::pass)});
  CHECK(findings(run, Severity::must).empty());
  CHECK(findings(run, Severity::should).size() == 1);
}
