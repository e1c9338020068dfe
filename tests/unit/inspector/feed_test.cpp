#include "inspector/feed.h"

#include <fmt/format.h>

#include <thread>

#include "support/catch.hpp"

using namespace alohook;

namespace {

std::shared_ptr<const ReceivedEvent> event(int number, const std::string& body = "{}") {
  ReceivedEvent event{.id = fmt::format("{:016x}", number),
                      .received_at = {},
                      .remote = {},
                      .request = {},
                      .type = {},
                      .verification = {}};
  event.request.body = body;
  return std::make_shared<const ReceivedEvent>(std::move(event));
}

std::vector<std::int64_t> numbers(const Feed::Part& part) {
  std::vector<std::int64_t> list;
  for (const FeedItem& item : part.items) list.push_back(item.n);
  return list;
}

using EventNumbers = std::vector<std::int64_t>;

}  // namespace

TEST_CASE("events are numbered from 1 in the order of their responses", "[inspector]") {
  Feed feed;
  CHECK(feed.last() == 0);
  for (int i = 1; i <= 5; ++i) CHECK(feed.push(event(i)) == i);
  CHECK(numbers(feed.after(0, 100)) == EventNumbers{1, 2, 3, 4, 5});
  CHECK(numbers(feed.after(3, 100)) == EventNumbers{4, 5});
  CHECK(numbers(feed.after(1, 2)) == EventNumbers{2, 3});
  CHECK(numbers(feed.after(5, 100)).empty());
  CHECK(numbers(feed.before(100, 2)) == EventNumbers{5, 4});
  CHECK(numbers(feed.before(3, 100)) == EventNumbers{2, 1});
  CHECK(feed.after(5, 100).last == 5);
  CHECK(feed.after(5, 100).missed == 0);
}

TEST_CASE("beyond the limit, the oldest events are evicted and counted as missed", "[inspector]") {
  Feed feed({.events = 3, .bytes = 1 << 20});
  for (int i = 1; i <= 10; ++i) feed.push(event(i));
  CHECK(feed.first() == 8);
  const Feed::Part part = feed.after(2, 100);
  CHECK(part.missed == 5);
  CHECK(numbers(part) == EventNumbers{8, 9, 10});
  CHECK(feed.at(7) == nullptr);
  CHECK(feed.at(8)->id == "0000000000000008");
  CHECK(feed.evicted_id(7) == "0000000000000007");
  CHECK_FALSE(feed.evicted_id(8).has_value());
  CHECK_FALSE(feed.evicted_id(0).has_value());
}

TEST_CASE("bodies and responses count against the memory limit, and the newest event always stays",
          "[inspector]") {
  Feed feed({.events = 1000, .bytes = 10'000});
  for (int i = 1; i <= 10; ++i) feed.push(event(i, std::string(3000, 'x')));
  CHECK(feed.first() == 9);
  feed.push(event(11, std::string(50'000, 'x')));
  CHECK(feed.first() == 11);
  CHECK(feed.last() == 11);
}

TEST_CASE("older events are numbered downward from 0 and never evict newer ones", "[inspector]") {
  Feed feed({.events = 3, .bytes = 1 << 20});
  CHECK(feed.push_older(event(10)));
  CHECK(feed.push_older(event(9)));
  CHECK(feed.push_older(event(8)));
  CHECK_FALSE(feed.push_older(event(7)));
  CHECK(feed.first() == -2);
  CHECK(feed.last() == 0);
  CHECK(feed.at(0)->id == "000000000000000a");
  CHECK(feed.push(event(11)) == 1);
  CHECK(numbers(feed.before(2, 10)) == EventNumbers{1, 0, -1});
}

TEST_CASE("an event is found by the beginning of its ID, and others by the same body", "[inspector]") {
  Feed feed;
  feed.push(event(0x1000001, "same"));
  feed.push(event(0x2000001, "other"));
  feed.push(event(0x3000001, "same"));
  CHECK(feed.find("0000000002")->n == 2);
  CHECK(feed.find("00000000")->n == 3);
  CHECK_FALSE(feed.find("ffff").has_value());
  const auto same = feed.with_body("same", 10);
  REQUIRE(same.size() == 2);
  CHECK(same[0].n == 1);
  CHECK(same[1].n == 3);
}

TEST_CASE("a reader sees every number once and in order, even with ten concurrent writers", "[inspector]") {
  Feed feed;
  constexpr int writers = 10, each = 200;
  std::vector<std::thread> threads;
  for (int w = 0; w < writers; ++w) {
    threads.emplace_back([&feed, w] {
      for (int i = 0; i < each; ++i) feed.push(event(w * each + i));
    });
  }
  std::int64_t cursor = 0;
  std::vector<std::int64_t> seen;
  while (cursor < writers * each) {
    for (const FeedItem& item : feed.after(cursor, 50).items) seen.push_back(cursor = item.n);
  }
  for (std::thread& thread : threads) thread.join();
  REQUIRE(seen.size() == writers * each);
  for (std::size_t i = 0; i < seen.size(); ++i) CHECK(seen[i] == static_cast<std::int64_t>(i) + 1);
}

TEST_CASE("a push wakes the waiting reader, and nothing else does", "[inspector]") {
  Feed feed;
  int woken = 0;
  feed.on_push([&] { ++woken; });
  feed.push(event(1));
  CHECK(woken == 0);
  feed.set_awaited(true);
  feed.push(event(2));
  CHECK(woken == 1);
}
