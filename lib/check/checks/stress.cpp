// Load, nesting depth and slow requests; only with --stress.
#include <fmt/format.h>

#include <algorithm>

#include "check/checks/table.h"

namespace alohook {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds head_start{300};  // of the slow request
constexpr milliseconds starved{2000};    // the slow request takes 3 s

void check_concurrent_duplicates(Probe& probe) {
  CheckSession& session = probe.session();
  const CheckRequest trial = session.valid("the same request ten times at once", session.body());
  const auto before = session.count_effects();
  for (const Exchange& exchange : session.send_at_once(std::vector<CheckRequest>(10, trial))) {
    if (probe.has_failed() || probe.is_inconclusive()) break;
    probe.judge_survival(trial, exchange);
  }
  const auto after = before ? session.count_effects() : std::nullopt;
  if (before && after && *after - *before > 1) {
    probe.fail(trial, Severity::should, "one effect", fmt::format("{} effects", *after - *before));
  }
}

void check_deep_nesting(Probe& probe) {
  CheckSession& session = probe.session();
  for (const std::size_t depth : {1'000u, 20'000u}) {
    const std::string more = fmt::format(R"("n":{}{},)", std::string(depth, '['), std::string(depth, ']'));
    probe.survives(
        session.valid(fmt::format("an authentic body, nested {} deep", depth), session.body(more)));
  }
  if (!probe.is_over() && !session.control())
    probe.inconclusive("a plain valid request is no longer accepted");
}

void check_concurrency(Probe& probe) {
  CheckSession& session = probe.session();
  CheckRequest slow = session.valid("a request whose body takes 3 s, beside 20 others", session.body());
  slow.form = WireForm::dripping;
  std::vector<CheckRequest> trials{slow};
  for (int i = 0; i < 20; ++i) {
    trials.push_back(session.valid("20 valid requests at once", session.body()));
  }
  const std::vector<Exchange> exchanges = session.send_at_once(trials, head_start);
  std::vector<std::chrono::microseconds> times;
  for (std::size_t i = 1; i < trials.size(); ++i) {
    if (probe.has_failed() || probe.is_inconclusive()) return;
    times.push_back(exchanges[i].elapsed);
    const Reaction reaction = session.reaction(trials[i], exchanges[i]);
    if (reaction == Reaction::accepted) continue;
    if (reaction == Reaction::rate_limited) return probe.inconclusive("it answers 429 (too many requests)");
    if (!exchanges[i].response && !session.is_alive()) return probe.fail_by_death(trials[i], exchanges[i]);
    probe.fail(trials[i], Severity::should, session.acceptance_text(), describe_answer(exchanges[i]));
  }
  // Some may have waited for a connection. If most of them waited, it was for the slow request.
  std::ranges::sort(times);
  const auto median = times[times.size() / 2];
  if (median < starved) return;
  probe.fail(slow, Severity::should, "responses to the other requests meanwhile",
             fmt::format("half of the others took {} or more", human_duration(median)));
}

constexpr Check stress_table[] = {
    {{"concurrent-duplicates", "stress", "survives the same request ten times at once", Severity::should,
      CheckClass::s3, "https://cwe.mitre.org/data/definitions/367.html",
      "Checking for a duplicate and recording the event are separate steps; a concurrent copy can slip in "
      "between."},
     Needs::acceptance,
     check_concurrent_duplicates},
    {{"deep-nesting", "stress", "survives deeply nested JSON", Severity::may, CheckClass::s3,
      "https://www.rfc-editor.org/rfc/rfc8259#section-9", "Recursive parsers run out of stack."},
     Needs::acceptance,
     check_deep_nesting},
    {{"concurrency", "stress", "serves twenty requests at once beside a slow one", Severity::should,
      CheckClass::s3, "", "One slow client must not block the others."},
     Needs::acceptance,
     check_concurrency},
};

}  // namespace

std::span<const Check> stress_checks() { return stress_table; }

}  // namespace alohook
