#pragma once
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "journal/event_json.h"

namespace alohook {

/// An event of the feed and its number.
struct FeedItem {
  std::int64_t n = 0;
  std::shared_ptr<const ReceivedEvent> event;
};

/// The newest events, in memory, numbered in the order in which they were responded to. New events get numbers from 1
/// up. Events at or below 0 were already in the journal. Thread-safe; does no I/O.
class Feed {
 public:
  struct Limits {
    std::size_t events = 10'000;
    std::size_t bytes = 64 << 20;  ///< of bodies and responses
  };

  Feed() : Feed(Limits()) {}
  explicit Feed(Limits limits) : limits_(limits) {}

  /// Appends an event, which must not change anymore, and evicts the oldest ones that exceed the limits. Must be fast,
  /// because it is called for every request. Returns the event's number.
  std::int64_t push(std::shared_ptr<const ReceivedEvent> event);

  /// Inserts an event before the oldest one, to fill the feed from a journal that is read backward at startup. Returns
  /// false if there is no room left.
  bool push_older(std::shared_ptr<const ReceivedEvent> event);

  struct Part {
    std::vector<FeedItem> items;
    std::int64_t missed = 0;  ///< number of requested events that are no longer in memory
    std::int64_t last = 0;    ///< the newest number
  };
  /// Returns the events after `n`, oldest first.
  Part after(std::int64_t n, std::size_t limit) const;
  /// Returns the events before `n` that are in memory, newest first. `missed` is 0.
  Part before(std::int64_t n, std::size_t limit) const;

  /// Returns the event with this number, or null if it isn't in memory.
  std::shared_ptr<const ReceivedEvent> at(std::int64_t n) const;
  /// Returns the newest event in memory whose ID starts with `id`.
  std::optional<FeedItem> find(std::string_view id) const;
  /// Returns up to `limit` events in memory with the same body, oldest first.
  std::vector<FeedItem> with_body(std::string_view body, std::size_t limit) const;

  /// Returns the ID of an evicted event with a number of 1 or more; nullopt for any other number.
  std::optional<std::string> evicted_id(std::int64_t n) const;

  /// Returns the newest number; 0 before the first event.
  std::int64_t last() const;
  /// Returns the oldest number in memory; one more than `last` if there are no events.
  std::int64_t first() const;

  /// Calls `wake` after each push while `is_awaited` is set. Call this before the first push.
  void on_push(std::function<void()> wake) { wake_ = std::move(wake); }
  void set_awaited(bool is_awaited) { is_awaited_ = is_awaited; }

 private:
  static std::size_t weight_of(const ReceivedEvent& event);

  const Limits limits_;
  std::function<void()> wake_;
  std::atomic<bool> is_awaited_ = false;
  mutable std::mutex mutex_;
  std::deque<std::shared_ptr<const ReceivedEvent>> items_;
  std::int64_t first_ = 1;             // the number of items_.front()
  std::size_t weight_ = 0;             // of items_
  std::deque<std::uint64_t> evicted_;  // IDs of the evicted events from number 1 on, 8 bytes each
};

}  // namespace alohook
