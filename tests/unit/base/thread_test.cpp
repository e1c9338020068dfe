#include "base/thread.h"

#include <stdexcept>
#include <vector>

#include "support/catch.hpp"

using namespace alohook;

TEST_CASE("joining a thread waits for it and rethrows its exception once") {
  bool is_done = false;
  Thread thread([&is_done] {
    is_done = true;
    throw std::runtime_error("no memory");
  });
  CHECK_THROWS_WITH(thread.join(), "no memory");
  CHECK(is_done);
  CHECK_FALSE(thread.joinable());
  thread.join();
}

TEST_CASE("a thread that goes out of scope is joined, and its exception is discarded") {
  int done = 0;
  {
    const Thread thread([&done] {
      ++done;
      throw std::runtime_error("dropped");
    });
  }
  CHECK(done == 1);
}

TEST_CASE("a thread that is replaced or moved within a list is still joined") {
  std::vector<int> done(10);
  {
    std::vector<Thread> threads;
    for (int& one : done) threads.emplace_back([&one] { one = 1; });
    threads.front() = {};
  }
  CHECK(done == std::vector<int>(10, 1));
}

TEST_CASE("after several failures, the first is kept, and all jobs have run") {
  int runs = 0;
  FirstFailure failures;
  failures.rethrow();
  for (const char* text : {"one", "two"}) {
    failures.run([&] {
      ++runs;
      throw std::runtime_error(text);
    });
  }
  CHECK(runs == 2);
  CHECK_THROWS_WITH(failures.rethrow(), "one");
}
