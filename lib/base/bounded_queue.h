#pragma once
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <mutex>
#include <optional>
#include <utility>
#include <vector>

namespace alohook {

/// Hands items from any number of threads to one, in order. Bounded by the weight of what it holds, usually in bytes:
/// what was taken last counts until the next take, so memory stays bounded while an item is worked on.
template <typename Item>
class BoundedQueue {
 public:
  explicit BoundedQueue(std::size_t limit) : limit_(limit) {}

  /// Adds an item. Waits while there is no room; an item heavier than the limit needs an empty queue, one without weight
  /// always has room.
  void push(std::size_t weight, Item item) {
    std::unique_lock lock(mutex_);
    ++blocked_;
    has_room_.wait(lock, [&] { return has_room_for(weight); });
    --blocked_;
    add(std::move(lock), weight, std::move(item));
  }

  /// Adds an item and returns true, or returns false when there is no room. Never waits.
  bool try_push(std::size_t weight, Item item) {
    std::unique_lock lock(mutex_);
    if (!has_room_for(weight)) return false;
    add(std::move(lock), weight, std::move(item));
    return true;
  }

  /// Waits for items and returns all of them. Returns nothing once the queue is closed and empty.
  std::vector<Item> take_all() { return take(static_cast<std::size_t>(-1), Waits::yes); }

  /// Waits for an item. Returns nullopt once the queue is closed and empty.
  std::optional<Item> take_one() { return first_of(take(1, Waits::yes)); }

  /// Returns an item that is here, or nullopt. Never waits.
  std::optional<Item> try_take_one() { return first_of(take(1, Waits::no)); }

  /// Lets the taker end when all items are taken. Nothing may be added afterwards.
  void close() {
    {
      const std::lock_guard lock(mutex_);
      is_closed_ = true;
    }
    has_items_.notify_one();
  }

  /// Drops the items that were not taken.
  void clear() {
    const std::lock_guard lock(mutex_);
    weight_ = taken_;
    entries_.clear();
    has_room_.notify_all();
  }

  /// Returns how many threads wait for room.
  std::size_t blocked() const {
    const std::lock_guard lock(mutex_);
    return blocked_;
  }

 private:
  struct Entry {
    std::size_t weight;
    Item item;
  };

  bool has_room_for(std::size_t weight) const {
    return weight == 0 || weight_ == 0 || weight_ + weight <= limit_;
  }

  void add(std::unique_lock<std::mutex> lock, std::size_t weight, Item item) {
    weight_ += weight;
    entries_.push_back({weight, std::move(item)});
    const bool was_empty = entries_.size() == 1;
    lock.unlock();
    if (was_empty) has_items_.notify_one();
  }

  enum class Waits { no, yes };

  static std::optional<Item> first_of(std::vector<Item> taken) {
    if (taken.empty()) return std::nullopt;
    return std::move(taken.front());
  }

  std::vector<Item> take(std::size_t most, Waits waits) {
    std::unique_lock lock(mutex_);
    weight_ -= std::exchange(taken_, 0);
    if (blocked_ > 0) has_room_.notify_all();
    if (waits == Waits::yes) has_items_.wait(lock, [this] { return is_closed_ || !entries_.empty(); });
    std::vector<Item> items;
    while (!entries_.empty() && items.size() < most) {
      taken_ += entries_.front().weight;
      items.push_back(std::move(entries_.front().item));
      entries_.pop_front();
    }
    return items;
  }

  const std::size_t limit_;
  mutable std::mutex mutex_;
  std::condition_variable has_items_;
  std::condition_variable has_room_;
  std::deque<Entry> entries_;
  std::size_t weight_ = 0;  // of the entries, and of what was taken last
  std::size_t taken_ = 0;   // the part of it that was taken
  std::size_t blocked_ = 0;
  bool is_closed_ = false;
};

}  // namespace alohook
