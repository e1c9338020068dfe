#include "inspector/feed.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <utility>

namespace alohook {
namespace {

constexpr std::size_t fixed_weight = 512;  // approximate memory of an event, not counting its body

/// Parses an ID of 16 hex digits as a number.
std::uint64_t packed(std::string_view id) {
  std::uint64_t number = 0;
  std::from_chars(id.data(), id.data() + id.size(), number, 16);
  return number;
}

}  // namespace

std::size_t Feed::weight_of(const ReceivedEvent& event) {
  std::size_t weight = fixed_weight + event.request.body.size() + event.request.target.size();
  if (event.forward && event.forward->exchange.response) {
    weight += event.forward->exchange.response->body.size();
  }
  return weight;
}

std::int64_t Feed::push(std::shared_ptr<const ReceivedEvent> event) {
  std::vector<std::shared_ptr<const ReceivedEvent>> evicted;  // destroyed after the lock is released
  std::int64_t n = 0;
  {
    const std::lock_guard lock(mutex_);
    weight_ += weight_of(*event);
    items_.push_back(std::move(event));
    n = first_ + static_cast<std::int64_t>(items_.size()) - 1;
    while (items_.size() > 1 && (items_.size() > limits_.events || weight_ > limits_.bytes)) {
      weight_ -= weight_of(*items_.front());
      if (first_ >= 1) evicted_.push_back(packed(items_.front()->id));
      evicted.push_back(std::move(items_.front()));
      items_.pop_front();
      ++first_;
    }
  }
  if (is_awaited_ && wake_) wake_();
  return n;
}

bool Feed::push_older(std::shared_ptr<const ReceivedEvent> event) {
  const std::lock_guard lock(mutex_);
  const std::size_t weight = weight_of(*event);
  if (items_.size() >= limits_.events || (!items_.empty() && weight_ + weight > limits_.bytes)) return false;
  weight_ += weight;
  items_.push_front(std::move(event));
  --first_;
  return true;
}

Feed::Part Feed::after(std::int64_t n, std::size_t limit) const {
  const std::lock_guard lock(mutex_);
  Part part;
  const std::int64_t past = first_ + static_cast<std::int64_t>(items_.size());
  part.last = past - 1;
  part.missed = std::max<std::int64_t>(0, std::min(first_, past) - 1 - n);
  for (std::int64_t at = std::max(first_, n + 1); at < past && part.items.size() < limit; ++at) {
    part.items.push_back({at, items_[static_cast<std::size_t>(at - first_)]});
  }
  return part;
}

Feed::Part Feed::before(std::int64_t n, std::size_t limit) const {
  const std::lock_guard lock(mutex_);
  Part part;
  const std::int64_t past = first_ + static_cast<std::int64_t>(items_.size());
  part.last = past - 1;
  for (std::int64_t at = std::min(past, n) - 1; at >= first_ && part.items.size() < limit; --at) {
    part.items.push_back({at, items_[static_cast<std::size_t>(at - first_)]});
  }
  return part;
}

std::shared_ptr<const ReceivedEvent> Feed::at(std::int64_t n) const {
  const std::lock_guard lock(mutex_);
  const std::int64_t index = n - first_;
  if (index < 0 || index >= static_cast<std::int64_t>(items_.size())) return nullptr;
  return items_[static_cast<std::size_t>(index)];
}

std::optional<FeedItem> Feed::find(std::string_view id) const {
  const std::lock_guard lock(mutex_);
  for (std::size_t i = items_.size(); i-- > 0;) {
    if (items_[i]->id.starts_with(id)) return FeedItem{first_ + static_cast<std::int64_t>(i), items_[i]};
  }
  return std::nullopt;
}

std::vector<FeedItem> Feed::with_body(std::string_view body, std::size_t limit) const {
  std::vector<FeedItem> found;
  const std::lock_guard lock(mutex_);
  for (std::size_t i = items_.size(); i-- > 0 && found.size() < limit;) {
    if (items_[i]->request.body == body) found.push_back({first_ + static_cast<std::int64_t>(i), items_[i]});
  }
  std::ranges::reverse(found);
  return found;
}

std::optional<std::string> Feed::evicted_id(std::int64_t n) const {
  const std::lock_guard lock(mutex_);
  if (n < 1 || n > static_cast<std::int64_t>(evicted_.size())) return std::nullopt;
  return event_id(evicted_[static_cast<std::size_t>(n - 1)]);
}

std::int64_t Feed::last() const {
  const std::lock_guard lock(mutex_);
  return first_ + static_cast<std::int64_t>(items_.size()) - 1;
}

std::int64_t Feed::first() const {
  const std::lock_guard lock(mutex_);
  return first_;
}

}  // namespace alohook
