#include "receiver/forwarder.h"

#include <algorithm>
#include <atomic>
#include <future>
#include <new>
#include <set>

#include "base/error.h"
#include "support/catch.hpp"

namespace alohook {
namespace {

using std::chrono::milliseconds;
constexpr std::chrono::minutes patience{1};

/// A gate that is closed at first.
class Gate {
 public:
  void open() {
    const std::lock_guard lock(mutex_);
    is_open_ = true;
    changed_.notify_all();
  }
  /// Blocks until the gate is open. Counts the callers.
  void pass() {
    std::unique_lock lock(mutex_);
    ++arrived_;
    changed_.notify_all();
    changed_.wait(lock, [this] { return is_open_; });
  }
  /// Waits until this many callers have arrived.
  bool wait_for(int count) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, patience, [&] { return arrived_ >= count; });
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  bool is_open_ = false;
  int arrived_ = 0;
};

/// A log of what was done, in order.
class Log {
 public:
  void add(const std::string& what) {
    const std::lock_guard lock(mutex_);
    entries_.push_back(what);
    changed_.notify_all();
  }
  std::vector<std::string> wait_for(std::size_t count) {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, patience, [&] { return entries_.size() >= count; });
    return entries_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::string> entries_;
};

Exchange answered(int status) {
  Exchange exchange;
  exchange.response = Response{.status = status};
  return exchange;
}

ForwardPolicy one_target() { return {.routes = {{"", parse_url("http://127.0.0.1:3000/")}}}; }

/// Posts a request with this body, and logs it with its result.
void post(Forwarder& forwarder, Log& log, const std::string& body,
          const std::optional<std::string>& type = {}) {
  const auto request = std::make_shared<Request>(Request{.body = body});
  const ForwardRoute* route = forwarder.route_for(type);
  REQUIRE(route != nullptr);
  forwarder.post(*route, request, [&log, request](std::optional<Exchange> exchange) {
    const int status = exchange && exchange->response ? exchange->response->status : 0;
    log.add(request->body + (exchange ? " " + std::to_string(status) : " rejected"));
  });
}

TEST_CASE("an event goes to the target for its type, in either spelling, or else to the one for all types") {
  const Url url = parse_url("http://127.0.0.1:3000/");
  Forwarder forwarder({.routes = {{"", url}, {"action_created", url}, {"action_status_changed", url}}},
                      [](const Url&) { return [](const Request&) { return Exchange(); }; });
  const auto type_for = [&](std::optional<std::string> type) { return forwarder.route_for(type)->type; };
  CHECK(type_for("action_created") == "action_created");
  CHECK(type_for("action_status_updated") == "action_status_changed");
  CHECK(type_for("other").empty());
  CHECK(type_for(std::nullopt).empty());

  Forwarder typed({.routes = {{"action_created", url}}},
                  [](const Url&) { return [](const Request&) { return Exchange(); }; });
  CHECK(typed.route_for("other") == nullptr);
  CHECK(typed.route_for(std::nullopt) == nullptr);
  CHECK(typed.route_for("action_created") != nullptr);
}

TEST_CASE("requests are forwarded one at a time, in order of arrival") {
  std::atomic<int> under_way = 0;
  std::atomic<int> most_under_way = 0;
  Log log;
  Forwarder forwarder(one_target(), [&](const Url&) {
    return [&](const Request&) {
      most_under_way = std::max<int>(most_under_way, ++under_way);
      --under_way;
      return answered(200);
    };
  });
  std::vector<std::string> expected;
  for (int i = 0; i < 500; ++i) {
    post(forwarder, log, std::to_string(i));
    expected.push_back(std::to_string(i) + " 200");
  }
  CHECK(log.wait_for(500) == expected);
  CHECK(most_under_way == 1);
}

TEST_CASE("with a concurrency of three, three requests are in flight, each on its own connection") {
  Gate gate;
  Log log;
  std::atomic<int> ways = 0;
  ForwardPolicy policy = one_target();
  policy.concurrency = 3;
  Forwarder forwarder(policy, [&](const Url&) {
    ++ways;
    return [&](const Request&) {
      gate.pass();
      return answered(200);
    };
  });
  for (int i = 0; i < 9; ++i) post(forwarder, log, std::to_string(i));
  CHECK(gate.wait_for(3));
  CHECK(ways == 3);
  gate.open();
  const auto done = log.wait_for(9);
  CHECK(std::set<std::string>(done.begin(), done.end()).size() == 9);
}

TEST_CASE("when the queue is full, events wait for a slot and are then rejected, the oldest first") {
  Gate gate;
  Log log;
  ForwardPolicy policy = one_target();
  policy.queue = 2;
  policy.wait = milliseconds{20};
  Forwarder forwarder(policy, [&](const Url&) {
    return [&](const Request&) {
      gate.pass();
      return answered(200);
    };
  });
  post(forwarder, log, "0");
  REQUIRE(gate.wait_for(1));
  for (int i = 1; i < 6; ++i) post(forwarder, log, std::to_string(i));
  CHECK(log.wait_for(3) == std::vector<std::string>{"3 rejected", "4 rejected", "5 rejected"});
  gate.open();
  const auto all = log.wait_for(6);
  REQUIRE(all.size() == 6);
  CHECK(std::vector(all.begin() + 3, all.end()) == std::vector<std::string>{"0 200", "1 200", "2 200"});
}

TEST_CASE("a waiting event is queued as soon as a slot is free") {
  Gate gate;
  Log log;
  ForwardPolicy policy = one_target();
  policy.queue = 1;
  policy.wait = patience;
  Forwarder forwarder(policy, [&](const Url&) {
    return [&](const Request&) {
      gate.pass();
      return answered(200);
    };
  });
  for (int i = 0; i < 5; ++i) post(forwarder, log, std::to_string(i));
  gate.open();
  CHECK(log.wait_for(5) == std::vector<std::string>{"0 200", "1 200", "2 200", "3 200", "4 200"});
}

TEST_CASE("finishing waits for requests in flight and abandons the others") {
  Gate gate;
  Log log;
  Forwarder forwarder(one_target(), [&](const Url&) {
    return [&](const Request&) {
      gate.pass();
      return answered(200);
    };
  });
  for (int i = 0; i < 3; ++i) post(forwarder, log, std::to_string(i));
  REQUIRE(gate.wait_for(1));
  auto finished = std::async(std::launch::async, [&] { forwarder.finish(); });
  gate.open();
  finished.get();
  const auto all = log.wait_for(3);
  REQUIRE(all.size() == 3);
  CHECK(all[0] == "0 200");
  forwarder.finish();  // has no effect the second time
}

TEST_CASE("a request that can't be sent as it is fails, and the next one is forwarded") {
  Log log;
  Forwarder forwarder(one_target(), [&](const Url&) {
    return [&](const Request& request) -> Exchange {
      if (request.body == "bad") throw Error("the method \"X Y\" can't be sent");
      return answered(200);
    };
  });
  post(forwarder, log, "bad");
  post(forwarder, log, "good");
  CHECK(log.wait_for(2) == std::vector<std::string>{"bad 0", "good 200"});
}

TEST_CASE("a request for which there isn't enough memory fails, and the next one is forwarded") {
  Log log;
  Forwarder forwarder(one_target(), [&](const Url&) {
    return [&](const Request& request) -> Exchange {
      if (request.body == "large") throw std::bad_alloc();
      return answered(200);
    };
  });
  post(forwarder, log, "large");
  post(forwarder, log, "small");
  CHECK(log.wait_for(2) == std::vector<std::string>{"large 0", "small 200"});
}

TEST_CASE("an exception in the callback is rethrown at the end, and the next request is forwarded") {
  Log log;
  Forwarder forwarder(one_target(),
                      [&](const Url&) { return [&](const Request&) { return answered(200); }; });
  forwarder.post(*forwarder.route_for(std::nullopt), std::make_shared<Request>(Request{.body = "x"}),
                 [](std::optional<Exchange>) { throw std::bad_alloc(); });
  post(forwarder, log, "next");
  CHECK(log.wait_for(1) == std::vector<std::string>{"next 200"});
  CHECK_THROWS_AS(forwarder.finish(), std::bad_alloc);
}

TEST_CASE("the sender gets the target's response, or the reason why there is none") {
  Exchange exchange;
  exchange.response =
      Response{.status = 418,
               .reason = "Teapot",
               .headers = {{"x-B", "2"}, {"Connection", "x-gone"}, {"X-Gone", "1"}, {"X-b", ""}},
               .body = "\xff"};
  const Response back = passed_back(exchange, false);
  CHECK(back.status == 418);
  CHECK(back.reason == "Teapot");
  CHECK(back.headers == Headers{{"x-B", "2"}, {"X-b", ""}});
  CHECK(back.body == "\xff");

  // RFC 9110 section 8.6: the response to HEAD has the Content-Length that the one to GET would have.
  exchange.response = Response{.status = 200, .headers = {{"Content-Length", "1234"}}};
  CHECK(passed_back(exchange, true).headers == Headers{{"Content-Length", "1234"}});
  CHECK(passed_back(exchange, false).headers.empty());

  exchange = {};
  exchange.error.kind = SendError::Kind::refused;
  exchange.error.detail = "no \x1b";
  CHECK(passed_back(exchange, false).status == 502);
  CHECK(passed_back(exchange, false).body == "not forwarded: no \\x1b\n");
  exchange.error.kind = SendError::Kind::timed_out;
  CHECK(passed_back(exchange, false).status == 504);
  CHECK(passed_back(std::nullopt, false).status == 503);
  CHECK(header_value(passed_back(std::nullopt, false).headers, "Retry-After") == "1");
}

}  // namespace
}  // namespace alohook
