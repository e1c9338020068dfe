#include "http/server/loop.h"

#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <functional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <utility>

#include "support/catch.hpp"

using namespace alohook;
using namespace std::chrono_literals;

namespace {

/// Two connected sockets that don't block.
struct Pair {
  int own = -1, other = -1;
  Pair() {
    int ends[2];
    REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM, 0, ends) == 0);
    own = ends[0];
    other = ends[1];
  }
  ~Pair() {
    ::close(own);
    hang_up();
  }
  Pair(const Pair&) = delete;
  Pair& operator=(const Pair&) = delete;

  void send(std::string_view bytes) const {
    REQUIRE(::send(other, bytes.data(), bytes.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(bytes.size()));
  }
  /// Returns what is here.
  std::string take() const {
    char bytes[100];
    const ssize_t count = ::recv(own, bytes, sizeof bytes, MSG_DONTWAIT);
    return {bytes, static_cast<std::size_t>(std::max<ssize_t>(count, 0))};
  }
  void hang_up() {
    if (other >= 0) ::close(std::exchange(other, -1));
  }
};

struct Heard final : Loop::Watcher {
  std::function<void(bool is_over)> action;
  void on_ready(bool is_over) override { action(is_over); }
};

}  // namespace

TEST_CASE("a loop tells of each arrival once, and of the end") {
  Loop loop;
  Pair pair;
  std::string heard;
  Heard watcher;
  watcher.action = [&](bool is_over) {
    const std::string bytes = pair.take();
    heard += bytes + (is_over ? "." : "");
    if (bytes.empty() && !is_over) pair.send("first ");  // a new socket is reported without bytes
    if (bytes == "first ") pair.send("second ");
    if (bytes == "second ") pair.hang_up();
    if (is_over) loop.stop();
  };
  loop.watch(pair.own, watcher);
  loop.run();
  CHECK(heard == "first second .");
}

TEST_CASE("a loop tells no more of a socket that is forgotten, not even what it knows already") {
  Loop loop;
  Pair pairs[2];
  Heard watchers[2];
  Loop::Watch watches[2] = {};
  int calls = 0;
  for (int i = 0; i < 2; ++i) {
    pairs[i].send("x");
    watchers[i].action = [&, i](bool) {
      ++calls;
      loop.forget(watches[1 - i]);
      loop.at(Loop::Clock::now() + 1ms, [&] { loop.stop(); });
    };
    watches[i] = loop.watch(pairs[i].own, watchers[i]);
  }
  loop.run();
  CHECK(calls == 1);
}

TEST_CASE("a watcher is called again when it asks for it, after the others") {
  Loop loop;
  Pair pairs[2];
  Heard watchers[2];
  Loop::Watch first = 0;
  std::string order;
  watchers[0].action = [&](bool) {
    order += 'a';
    if (order.size() < 4)
      loop.call_again(first);
    else
      loop.stop();
  };
  watchers[1].action = [&](bool) { order += 'b'; };
  first = loop.watch(pairs[0].own, watchers[0]);
  loop.watch(pairs[1].own, watchers[1]);
  loop.run();
  CHECK(order == "abaa");
}

TEST_CASE("timers go off in order of time, those of one time in order of setting, and not once cancelled") {
  Loop loop;
  std::string order;
  const auto now = Loop::Clock::now();
  loop.at(now + 3ms, [&] { loop.stop(); });
  loop.at(now + 2ms, [&] { order += 'c'; });
  loop.at(now + 1ms, [&] { order += 'a'; });
  const Loop::Timer timer = loop.at(now + 1ms, [&] { order += 'x'; });
  loop.at(now + 1ms, [&] { order += 'b'; });
  loop.cancel(timer);
  loop.run();
  CHECK(order == "abc");
  CHECK(Loop::Clock::now() >= now + 3ms);
}

TEST_CASE("jobs from other threads are done on the loop's, all of them and in order") {
  Loop loop;
  std::string order;
  std::thread::id ran_on;
  std::thread poster([&] {
    for (int i = 0; i < 1000; ++i) loop.post([&, i] { order += static_cast<char>('0' + i % 10); });
    loop.post([&] {
      ran_on = std::this_thread::get_id();
      loop.stop();
    });
  });
  loop.run();
  poster.join();
  CHECK(ran_on == std::this_thread::get_id());
  CHECK(order.size() == 1000);
  CHECK(order.starts_with("01234567890123456789"));
}

TEST_CASE("an exception ends a run, and the next run goes on with what is left") {
  Loop loop;
  std::string done;
  loop.post([] { throw std::runtime_error("broken"); });
  loop.post([&] { done += 'a'; });
  loop.post([&] { loop.stop(); });
  CHECK_THROWS_WITH(loop.run(), "broken");
  CHECK(done.empty());
  loop.run();
  CHECK(done == "a");
}
