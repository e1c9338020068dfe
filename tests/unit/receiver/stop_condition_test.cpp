#include "receiver/stop_condition.h"

#include <atomic>
#include <csignal>
#include <future>

#include "support/catch.hpp"

namespace alohook {
namespace {

/// A stop condition that was started, and how often it called `stop`.
struct Run {
  explicit Run(Expected expected) : ending(std::move(expected)) {
    ending.start([this] { ++stops; });
  }
  std::atomic<int> stops = 0;
  StopCondition ending;
};

Expected awaited(const std::vector<std::string>& events, bool is_command_run = false) {
  Expected expected;
  expected.is_command_run = is_command_run;
  expected.timeout = std::chrono::hours{1};
  for (const std::string& event : events) expected.events.add(event);
  return expected;
}

ReceivedEvent event(const std::string& type, Verdict verdict = Verdict::valid,
                    const std::string& body = "{}") {
  ReceivedEvent e;
  e.type = type;
  e.request.body = body;
  e.verification.verdict = verdict;
  return e;
}

TEST_CASE("the run succeeds once all expected events have arrived, and doesn't stop before") {
  Run run(awaited({"a=2", "b"}));
  run.ending.on_event(event("a"));
  run.ending.on_event(event("b"));
  run.ending.on_event(event("a", Verdict::invalid));
  run.ending.on_event(event("c"));
  CHECK(run.stops == 0);
  run.ending.on_event(event("a"));
  CHECK(run.stops == 1);
  run.ending.on_event(event("a"));  // one that was in flight
  run.ending.on_signal(SIGINT);
  CHECK(run.stops == 1);
  const StopCondition::Result result = run.ending.result();
  CHECK(result.is_success());
  CHECK(result.is_met);
  CHECK(result.events.items()[0].came == 2);
  CHECK(result.events.items()[0].refused == 1);
}

TEST_CASE("events that don't match the filter don't count") {
  Expected wanted = awaited({"a"});
  wanted.filter.add_where("/x=1");
  Run run(std::move(wanted));
  run.ending.on_event(event("a", Verdict::valid, R"({"x":"2"})"));
  CHECK(run.stops == 0);
  run.ending.on_event(event("a", Verdict::valid, R"({"x":"1"})"));
  CHECK(run.stops == 1);
}

TEST_CASE("the run fails at the timeout") {
  Expected wanted = awaited({"a"});
  wanted.timeout = std::chrono::milliseconds{1};
  std::promise<void> stopped;
  StopCondition ending(std::move(wanted));
  ending.start([&stopped] { stopped.set_value(); });
  REQUIRE(stopped.get_future().wait_for(std::chrono::minutes{1}) == std::future_status::ready);
  CHECK_FALSE(ending.result().is_success());
  CHECK(ending.result().is_out_of_time);
}

TEST_CASE("the run waits for both the events and the command's success") {
  Run events_first(awaited({"a"}, true));
  events_first.ending.on_event(event("a"));
  CHECK(events_first.stops == 0);
  events_first.ending.on_command_end(0);
  CHECK(events_first.stops == 1);
  CHECK(events_first.ending.result().is_success());

  Run command_first(awaited({"a"}, true));
  command_first.ending.on_command_end(0);
  CHECK(command_first.stops == 0);
  command_first.ending.on_event(event("a"));
  CHECK(command_first.stops == 1);
  CHECK(command_first.ending.result().is_success());

  Run command_alone(awaited({}, true));
  command_alone.ending.on_event(event("a"));
  CHECK(command_alone.stops == 0);
  command_alone.ending.on_command_end(0);
  CHECK(command_alone.ending.result().is_success());
}

TEST_CASE("a failing command stops the run immediately and makes it fail") {
  Run run(awaited({"a"}, true));
  run.ending.on_command_end(7);
  CHECK(run.stops == 1);
  CHECK_FALSE(run.ending.result().is_success());
  CHECK(run.ending.result().command == 7);
}

TEST_CASE("a signal ends the run and is reported, and is a success if nothing was expected") {
  for (const auto& [signal, code] : {std::pair(SIGINT, 130), std::pair(SIGTERM, 143)}) {
    Run waiting(awaited({"a"}));
    waiting.ending.on_signal(signal);
    CHECK(waiting.stops == 1);
    CHECK(waiting.ending.result().signal == signal);
    Run idle(awaited({}));
    idle.ending.on_signal(signal);
    CHECK(idle.stops == 1);
    CHECK(idle.ending.result().is_success());
  }
}

TEST_CASE("the exit code of a command that is being killed doesn't matter") {
  Run run(awaited({}, true));
  run.ending.on_signal(SIGTERM);
  run.ending.on_command_end(0);
  CHECK_FALSE(run.ending.result().command);
  CHECK(run.ending.result().signal == SIGTERM);
}

TEST_CASE("a condition that is settled before the start stops at the start") {
  StopCondition ending(awaited({"a"}));
  ending.on_signal(SIGINT);
  int stops = 0;
  ending.start([&stops] { ++stops; });
  CHECK(stops == 1);
}

TEST_CASE("the stop function may ask for the result") {
  StopCondition ending(awaited({"a"}));
  std::optional<bool> is_met;
  ending.start([&] { is_met = ending.result().is_met; });
  ending.on_event(event("a"));
  CHECK(is_met == true);
}

}  // namespace
}  // namespace alohook
