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

/// One event of the feed under its number.
struct FeedItem {
  std::int64_t n = 0;
  std::shared_ptr<const ReceivedEvent> event;
};

/// The newest events in memory, numbered in the order in which they were answered. Numbers count up from 1 for what
/// arrives; those at and below 0 were in the journal before. Safe from any thread; does no I/O.
class Feed {
 public:
  struct Limits {
    std::size_t events = 10'000;
    std::size_t bytes = 64 << 20;  ///< of bodies and responses
  };

  Feed() : Feed(Limits()) {}
  explicit Feed(Limits limits) : limits_(limits) {}

  /// Appends an event, which must not change any more, and evicts the oldest ones beyond the limits. Cheap: this is on
  /// the way of every request. Returns its number.
  std::int64_t push(std::shared_ptr<const ReceivedEvent> event);

  /// Puts an event before the oldest one, while there is room; for a journal that is read backwards at the start.
  /// Returns false when there is no room.
  bool push_older(std::shared_ptr<const ReceivedEvent> event);

  struct Part {
    std::vector<FeedItem> items;
    std::int64_t missed = 0;  ///< events after the asked-for number that are no longer in memory
    std::int64_t last = 0;    ///< the newest number
  };
  /// Returns the events after `n`, oldest first.
  Part after(std::int64_t n, std::size_t limit) const;
  /// Returns the events before `n` that are in memory, newest first. `missed` is 0.
  Part before(std::int64_t n, std::size_t limit) const;

  /// Returns the event under a number while it is in memory.
  std::shared_ptr<const ReceivedEvent> at(std::int64_t n) const;
  /// Returns the newest event in memory whose id starts with `id`.
  std::optional<FeedItem> find(std::string_view id) const;
  /// Returns the events in memory with the same body, oldest first, at most `limit`.
  std::vector<FeedItem> with_body(std::string_view body, std::size_t limit) const;

  /// Returns the id of an event from number 1 on that was evicted; nullopt for any other number.
  std::optional<std::string> evicted_id(std::int64_t n) const;

  /// The newest number; 0 before the first event.
  std::int64_t last() const;
  /// The oldest number that is in memory; one more than `last` when nothing is.
  std::int64_t first() const;

  /// Calls `wake` after pushes while `is_awaited` is set. Set it before the first push.
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
  std::deque<std::uint64_t> evicted_;  // the ids of the evicted events from number 1 on, 8 bytes each
};

}  // namespace alohook
