#include "report/github.h"

#include "support/reports.h"

using namespace alohook;

namespace {

CheckRun many_failures(int count, Severity severity) {
  CheckRun run;
  run.is_reachable = true;
  for (int i = 0; i < count; ++i) {
    run.outcomes.push_back(failure_of("check-" + std::to_string(i), severity, hostile_text()));
  }
  return run;
}

}  // namespace

TEST_CASE("annotations and summary of a hostile run match the approved ones") {
  const std::string annotations = github_annotations(hostile_run(), Severity::must);
  const std::string summary = github_summary(hostile_run(), Severity::must);
  check_approved("hostile.github.txt", annotations);
  check_approved("hostile.github.md", summary);
  CHECK(holds_nothing_raw(annotations));
  CHECK(holds_nothing_raw(summary));
}

TEST_CASE("an annotation is one line, and nothing in it starts another command or property") {
  const std::string report = github_annotations(many_failures(1, Severity::must), Severity::must);
  CHECK(count_of(report, "\n") == 1);
  CHECK(report.starts_with("::error title=alohook check%3A check-0::refused: "));
  CHECK(report.find("100%25") != std::string::npos);
}

TEST_CASE("GitHub gets at most ten annotations of a kind, and the last one has the number of omitted ones") {
  for (const auto& [count, lines] : {std::pair{9, 9}, {10, 10}, {30, 10}}) {
    const std::string errors = github_annotations(many_failures(count, Severity::must), Severity::must);
    CHECK(count_of(errors, "\n") == static_cast<std::size_t>(lines));
    const std::string warnings = github_annotations(many_failures(count, Severity::should), Severity::must);
    CHECK(count_of(warnings, "\n") == static_cast<std::size_t>(lines));
  }
  const std::string errors = github_annotations(many_failures(30, Severity::must), Severity::must);
  CHECK(errors.ends_with("::error title=alohook check::and 21 more\n"));
}

TEST_CASE("GitHub gets an annotation for an unreachable receiver") {
  CHECK(github_annotations(unreachable_run(), Severity::must) ==
        "::error title=alohook check::Inconclusive: connection refused\n");
  CHECK(github_annotations(many_failures(0, Severity::must), Severity::must).empty());
}

TEST_CASE("a step summary stays below the size at which GitHub discards it") {
  const CheckRun run = many_failures(5000, Severity::must);
  const std::string summary = github_summary(run, Severity::must);
  CHECK(summary.size() <= 1024 * 1024);
  CHECK(summary.size() > 900 * 1024);
  CHECK(summary.find("more checks did not fit") != std::string::npos);
  CHECK(github_summary(run, Severity::must, 2000).size() <= 2000);
  CHECK(github_summary(run, Severity::must, 10).empty());
}
