#include "base/work_queue.h"

#include <atomic>
#include <future>
#include <numeric>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "support/catch.hpp"

using namespace alohook;

TEST_CASE("jobs are run in the order they were posted, one after the other") {
  std::vector<int> order;  // only the queue's thread writes, and finish() joins it
  WorkQueue queue(1'000'000);
  for (int i = 0; i < 1000; ++i) queue.post(1, [&order, i] { order.push_back(i); });
  queue.finish();
  std::vector<int> expected(1000);
  std::iota(expected.begin(), expected.end(), 0);
  CHECK(order == expected);
}

TEST_CASE("finishing runs every waiting job, and can be repeated") {
  std::promise<void> gate;
  int done = 0;
  WorkQueue queue(100);
  queue.post(1, [&gate] { gate.get_future().wait(); });
  for (int i = 0; i < 50; ++i) queue.post(1, [&done] { ++done; });
  gate.set_value();
  queue.finish();
  CHECK(done == 50);
  queue.finish();
}

TEST_CASE("destroying a queue runs its jobs first") {
  bool is_done = false;
  {
    WorkQueue queue(10);
    queue.post(1, [&is_done] { is_done = true; });
  }
  CHECK(is_done);
}

TEST_CASE("a job that throws doesn't keep the others from running, and finishing rethrows its exception") {
  int done = 0;
  WorkQueue queue(10);
  queue.post(1, [] { throw std::runtime_error("the first"); });
  queue.post(1, [] { throw std::runtime_error("the second"); });
  queue.post(1, [&done] { ++done; });
  CHECK_THROWS_WITH(queue.finish(), "the first");
  CHECK(done == 1);
}

TEST_CASE("posting blocks while the queue is full") {
  std::promise<void> gate;
  std::atomic<bool> is_posted = false;
  WorkQueue queue(10);
  queue.post(6, [future = gate.get_future().share()] { future.wait(); });
  std::thread poster([&] {
    queue.post(6, [] {});
    is_posted = true;
  });
  while (queue.blocked() == 0) std::this_thread::yield();
  CHECK_FALSE(is_posted);
  gate.set_value();
  poster.join();
  CHECK(is_posted);
  CHECK(queue.blocked() == 0);
}

TEST_CASE("try_post fails instead of blocking, and succeeds once there is room again") {
  std::promise<void> gate;
  std::promise<void> is_free;
  WorkQueue queue(10);
  CHECK(queue.try_post(6, [future = gate.get_future().share()] { future.wait(); }));
  CHECK_FALSE(queue.try_post(6, [] {}));
  CHECK(queue.try_post(4, [&is_free] { is_free.set_value(); }));
  gate.set_value();
  is_free.get_future().wait();
  queue.post(6, [] {});
  CHECK(queue.blocked() == 0);
}

TEST_CASE("a job without weight is accepted while a job heavier than the limit is running") {
  std::promise<void> gate;
  int done = 0;
  WorkQueue queue(10);
  queue.post(100, [future = gate.get_future().share()] { future.wait(); });
  queue.post(0, [&done] { ++done; });
  gate.set_value();
  queue.finish();
  CHECK(done == 1);
}

TEST_CASE("finish_within gives up on a stuck job and drops the jobs after it") {
  std::promise<void> gate;
  int done = 0;
  {
    WorkQueue queue(10);
    queue.post(1, [future = gate.get_future().share()] { future.wait(); });
    queue.post(1, [&done] { ++done; });
    CHECK_FALSE(queue.finish_within(std::chrono::milliseconds{1}));
    gate.set_value();
  }
  CHECK(done == 0);
}

TEST_CASE("finish_within waits for jobs that end in time") {
  int done = 0;
  WorkQueue queue(10);
  for (int i = 0; i < 5; ++i) queue.post(2, [&done] { ++done; });
  CHECK(queue.finish_within(std::chrono::minutes{1}));
  CHECK(done == 5);
}

TEST_CASE("posting doesn't block while there is room") {
  std::promise<void> gate;
  int done = 0;
  WorkQueue queue(10);
  queue.post(5, [future = gate.get_future().share()] { future.wait(); });
  queue.post(5, [&done] { ++done; });
  queue.post(0, [&done] { ++done; });
  gate.set_value();
  queue.finish();
  CHECK(done == 2);
}

TEST_CASE("a job heavier than the limit is accepted alone") {
  int done = 0;
  WorkQueue queue(10);
  queue.post(1'000'000, [&done] { ++done; });
  queue.post(1'000'000, [&done] { ++done; });
  queue.finish();
  CHECK(done == 2);
}

TEST_CASE("several threads may post concurrently, and each thread's order is preserved") {
  std::vector<std::pair<int, int>> seen;
  {
    WorkQueue queue(16);
    std::vector<std::thread> threads;
    for (int thread = 0; thread < 4; ++thread) {
      threads.emplace_back([&queue, &seen, thread] {
        for (int i = 0; i < 200; ++i) queue.post(5, [&seen, thread, i] { seen.emplace_back(thread, i); });
      });
    }
    for (std::thread& thread : threads) thread.join();
  }
  CHECK(seen.size() == 800);
  std::vector<int> next(4);
  bool is_in_order = true;
  for (const auto& [thread, i] : seen)
    is_in_order = is_in_order && next[static_cast<std::size_t>(thread)]++ == i;
  CHECK(is_in_order);
}

TEST_CASE("on_idle is called when no job is left, never between two that wait, and at the end") {
  std::promise<void> has_begun, gate;
  std::string log;  // only the queue's thread writes, and finish() joins it
  WorkQueue queue(10, [&log] { log += "idle "; });
  queue.post(1, [&] {
    log = "";
    has_begun.set_value();
    gate.get_future().wait();
  });
  has_begun.get_future().wait();
  for (int i = 0; i < 3; ++i) queue.post(1, [&log] { log += "job "; });
  gate.set_value();
  queue.finish();
  CHECK(log.starts_with("job job job idle "));
  CHECK(log.ends_with("idle "));
}
