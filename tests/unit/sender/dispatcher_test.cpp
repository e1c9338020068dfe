#include "sender/dispatcher.h"

#include <algorithm>
#include <atomic>
#include <map>
#include <random>
#include <set>
#include <stdexcept>
#include <thread>

#include "support/catch.hpp"
#include "support/world.h"

using namespace alohook;
using std::chrono::microseconds;
using namespace std::chrono_literals;

namespace {

const Time start{std::chrono::seconds{1795453200}};

/// Events `0`, `1` … whose requests contain their name and a unique number.
OutgoingSource events(int count, microseconds apart = 0us) {
  const auto made = std::make_shared<std::atomic<int>>(0);
  return [made, count, apart, next = 0]() mutable -> std::optional<Outgoing> {
    if (next == count) return std::nullopt;
    const std::string name = std::to_string(next);
    return Outgoing{.name = name,
                    .make =
                        [made, name](Time now) {
                          return Request{.target = "/" + name,
                                         .headers = {{"At", std::to_string(unix_seconds(now))}},
                                         .body = name + "-" + std::to_string((*made)++)};
                        },
                    .due = apart * next++,
                    .weight = 10};
  };
}

struct Told {
  std::string name;
  unsigned number;
  Outcome outcome;
  std::string body;
  std::optional<microseconds> next_in, asked;
  microseconds at;
};

/// Runs a plan with a clock that only advances by waiting.
struct Run {
  std::vector<Told> told;
  Tally tally;
  std::atomic<int> connections = 0;

  Run(DispatchPlan plan, OutgoingSource source, const Answer& answer) {
    const Pace pace = fake_pace();
    Dispatcher dispatcher(std::move(plan), std::move(source),
                          {.connect = [&]() -> Transport {
                             ++connections;
                             return answer;
                           },
                           .now = [&] { return start + pace.elapsed(); },
                           .pace = pace},
                          [&](const Attempt& a) {
                            told.push_back({a.event.name, a.number, a.delivery.outcome,
                                            a.delivery.request->body, a.next_in, a.asked, pace.elapsed()});
                          });
    tally = dispatcher.run();
  }

  std::vector<std::string> names() const {
    std::vector<std::string> all;
    for (const Told& one : told) all.push_back(one.name);
    return all;
  }
};

DispatchPlan plan(DispatchPlan more = {.expected = {}}) {
  more.expected = *StatusSet::parse("2xx");
  return more;
}

/// Rejects the first `count` requests.
Answer busy(int count, Headers headers = {}) {
  const auto left = std::make_shared<int>(count);
  return [left, headers](const Request& request) {
    const int status = (*left)-- > 0 ? 503 : 200;
    return always({.status = status, .headers = status == 503 ? headers : Headers{}})(request);
  };
}

using Names = std::vector<std::string>;

}  // namespace

TEST_CASE("events are delivered in order over one connection, and counted") {
  const Run run(plan(), events(5), [](const Request& request) {
    if (request.target == "/1") return always({.status = 404})(request);
    if (request.target == "/3") return never(SendError::Kind::closed, "gone")(request);
    return always({.status = 204})(request);
  });
  CHECK(run.names() == Names{"0", "1", "2", "3", "4"});
  CHECK(run.connections == 1);
  CHECK(run.tally.sent == 5);
  CHECK(run.tally.accepted == 3);
  CHECK(run.tally.refused == 1);
  CHECK(run.tally.failed == 1);
  CHECK(run.tally.retried == 0);
  CHECK(run.tally.latency.count() == 4);
  CHECK(run.tally.latency.max() == 1200us);
}

TEST_CASE("without events, nothing is delivered") {
  const Run run(plan(), events(0), busy(0));
  CHECK(run.tally.sent == 0);
  CHECK(run.tally.rate() == 0);
}

TEST_CASE("events start at the given rate, and not before they are due") {
  DispatchPlan limited = plan();
  limited.per_second = 50;
  const Run run(limited, events(4), busy(0));
  REQUIRE(run.told.size() == 4);
  for (std::size_t i = 0; i < 4; ++i) CHECK(run.told[i].at == 20ms * static_cast<int>(i));
  CHECK(run.tally.elapsed == 60ms);
  CHECK(run.tally.rate() > 66);

  const Run due(plan(), events(3, 5s), busy(0));
  REQUIRE(due.told.size() == 3);
  CHECK(due.told[1].at == 5s);
  CHECK(due.told[2].at == 10s);
}

TEST_CASE("a delivery that isn't accepted is retried after each delay with a new signature") {
  DispatchPlan retrying = plan();
  retrying.retry_pauses = {1s, 5s};
  const Run run(retrying, events(1), busy(2));
  REQUIRE(run.told.size() == 3);
  CHECK(run.told[0].next_in == 1s);
  CHECK(run.told[1].next_in == 5s);
  CHECK_FALSE(run.told[2].next_in);
  CHECK(run.told[2].at == 6s);
  CHECK(run.told[2].number == 3);
  CHECK(run.told[0].body == "0-0");
  CHECK(run.told[2].body == "0-2");
  CHECK(run.tally.sent == 1);
  CHECK(run.tally.accepted == 1);
  CHECK(run.tally.retried == 2);
}

TEST_CASE("an event is abandoned after the last pause") {
  DispatchPlan retrying = plan();
  retrying.retry_pauses = {1s, 1s};
  const Run run(retrying, events(1), busy(100));
  CHECK(run.told.size() == 3);
  CHECK(run.tally.refused == 1);
  CHECK(run.tally.accepted == 0);
}

TEST_CASE("with the same timestamp, a retry is the same request") {
  DispatchPlan retrying = plan();
  retrying.retry_pauses = {1s, 5s};
  retrying.retry_signing = RetrySigning::same;
  const Run run(retrying, events(1), busy(2));
  REQUIRE(run.told.size() == 3);
  CHECK(run.told[1].body == "0-0");
  CHECK(run.told[2].body == "0-0");
}

TEST_CASE("a pending retry doesn't delay other events, and takes precedence once it is due") {
  DispatchPlan retrying = plan();
  retrying.retry_pauses = {1s};
  CHECK(Run(retrying, events(3), busy(1)).names() == Names{"0", "1", "2", "0"});
  retrying.per_second = 1;  // 1 is due at the same time as the retry
  CHECK(Run(retrying, events(3), busy(1)).names() == Names{"0", "0", "1", "2"});
}

TEST_CASE("a longer Retry-After is honored up to five minutes") {
  const auto first_pause = [](const std::string& value) {
    DispatchPlan retrying = plan();
    retrying.retry_pauses = {10s};
    const Run run(retrying, events(1), busy(1, {{"retry-after", value}}));
    REQUIRE(run.told.size() == 2);
    CHECK(run.told[1].at == run.told[0].next_in);
    return std::pair(*run.told[0].next_in, run.told[0].asked);
  };
  CHECK(first_pause("30") == std::pair<microseconds, std::optional<microseconds>>(30s, 30s));
  CHECK(first_pause("Mon, 23 Nov 2026 17:01:00 GMT") ==
        std::pair<microseconds, std::optional<microseconds>>(60s, 60s));
  CHECK(first_pause("3600") == std::pair<microseconds, std::optional<microseconds>>(300s, 3600s));
  CHECK(first_pause("5") == std::pair<microseconds, std::optional<microseconds>>(10s, std::nullopt));
  CHECK(first_pause("soon") == std::pair<microseconds, std::optional<microseconds>>(10s, std::nullopt));
}

TEST_CASE("duplicates are the same request, byte for byte") {
  const Run run(plan(), with_duplicates(events(2), 2), busy(0));
  REQUIRE(run.names() == Names{"0", "0", "0", "1", "1", "1"});
  CHECK(run.told[0].body == run.told[2].body);
  CHECK(run.told[3].body == run.told[5].body);
  CHECK(run.told[0].body != run.told[3].body);
  CHECK(run.tally.sent == 6);
  CHECK(run.tally.duplicates == 4);
}

TEST_CASE("shuffling loses nothing, stays within its window, and is the same for the same seed") {
  const auto order = [](unsigned seed, int count) {
    return Run(plan(), shuffled(events(count), std::mt19937_64(seed)), busy(0)).names();
  };
  const Names first = order(1, 3000);
  CHECK(first == order(1, 3000));
  CHECK(first != order(2, 3000));
  CHECK(std::set<std::string>(first.begin(), first.end()).size() == 3000);
  for (std::size_t i = 0; i < first.size(); ++i) CHECK(std::stoul(first[i]) < i + 1000);
  CHECK_FALSE(std::is_sorted(first.begin(), first.end()));
}

TEST_CASE("the bytes that a shuffle holds are limited, too") {
  int taken = 0;
  auto big = shuffled(
      [&]() -> std::optional<Outgoing> {
        ++taken;
        return Outgoing{.name = "big", .make = {}, .weight = 8 << 20};
      },
      std::mt19937_64(1));
  REQUIRE(big());
  CHECK(taken <= 3);
}

TEST_CASE("several connections deliver each event exactly once") {
  DispatchPlan parallel = plan();
  parallel.concurrency = 8;
  parallel.input = GENERATE(Input::at_hand, Input::may_block);
  parallel.retry_pauses = {1ms};
  std::atomic<int> count = 0;
  const Run run(parallel, with_duplicates(events(500), 1), [&](const Request& request) {
    return always({.status = ++count % 3 == 0 ? 500 : 200})(request);
  });
  CHECK(run.connections <= 8);
  CHECK(run.tally.sent == 1000);
  CHECK(run.tally.duplicates == 500);
  CHECK(run.tally.accepted + run.tally.refused == 1000);
  CHECK(run.told.size() == 1000 + run.tally.retried);
  std::map<std::string, int> finished;
  for (const Told& one : run.told) finished[one.name] += one.next_in ? 0 : 1;
  CHECK(finished.size() == 500);
  CHECK(std::all_of(finished.begin(), finished.end(), [](const auto& one) { return one.second == 2; }));
}

TEST_CASE("an error of the source, the transport or the handler ends the run and is rethrown") {
  for (const unsigned concurrency : {1U, 4U}) {
    DispatchPlan any = plan();
    any.concurrency = concurrency;
    any.input = concurrency == 1 ? Input::at_hand : Input::may_block;
    const auto broken = [](auto&&...) -> Exchange { throw std::runtime_error("broken"); };
    CHECK_THROWS_WITH(Run(any, events(100), broken), "broken");
    const auto no_source = []() -> std::optional<Outgoing> { throw std::runtime_error("no source"); };
    CHECK_THROWS_WITH(Run(any, no_source, busy(0)), "no source");
  }
}

TEST_CASE("a stopped run ends and abandons pending retries") {
  DispatchPlan retrying = plan();
  retrying.concurrency = 3;
  retrying.retry_pauses = {std::chrono::hours{1}};
  std::atomic<int> told = 0;
  Dispatcher dispatcher(
      retrying, events(1'000'000),
      {.connect = [] { return always({.status = 503}); }, .now = [] { return start; }, .pace = real_pace()},
      [&](const Attempt&) { ++told; });
  std::thread stopper([&] {
    while (told < 10) std::this_thread::yield();
    dispatcher.stop();
  });
  const Tally tally = dispatcher.run();
  stopper.join();
  CHECK(tally.sent >= 10);
  CHECK(tally.sent < 1'000'000);
  CHECK(tally.refused == tally.sent);
}

TEST_CASE("the number of events waiting for a retry is limited, and so is memory") {
  DispatchPlan retrying = plan();
  retrying.retry_pauses = {1s};
  int taken = 0;
  std::size_t most_waiting = 0, waiting = 0;
  const Pace pace = fake_pace();
  Dispatcher dispatcher(
      retrying,
      [&]() -> std::optional<Outgoing> {
        if (taken == 100) return std::nullopt;
        ++taken;
        return Outgoing{.name = "big", .make = [](Time) { return Request{}; }, .weight = 4 << 20};
      },
      {.connect = [] { return always({.status = 503}); }, .now = [] { return start; }, .pace = pace},
      [&](const Attempt& attempt) {
        waiting += attempt.next_in ? 1 : -1;
        most_waiting = std::max(most_waiting, waiting);
      });
  CHECK(dispatcher.run().refused == 100);
  CHECK(most_waiting <= 5);
}
