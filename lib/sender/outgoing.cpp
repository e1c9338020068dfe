#include "sender/outgoing.h"
#include "base/random.h"

#include <utility>
#include <vector>

namespace alohook {
namespace {

constexpr std::size_t shuffle_window = 1000;
constexpr std::size_t shuffle_bytes = 16 << 20;

class Duplicator {
 public:
  Duplicator(OutgoingSource source, std::uint64_t count) : source_(std::move(source)), count_(count) {}

  std::optional<Outgoing> operator()() {
    if (left_ == 0) {
      event_ = source_();
      if (!event_) return std::nullopt;
      event_->shared = std::make_shared<Outgoing::Shared>();
      left_ = count_ + 1;
    }
    --left_;
    if (left_ == 0) return std::exchange(event_, std::nullopt);
    std::optional<Outgoing> copy = event_;
    event_->is_duplicate = true;
    return copy;
  }

 private:
  OutgoingSource source_;
  std::uint64_t count_;
  std::uint64_t left_ = 0;
  std::optional<Outgoing> event_;
};

class Shuffler {
 public:
  Shuffler(OutgoingSource source, RandomBits random)
      : source_(std::move(source)), random_(std::move(random)) {}

  std::optional<Outgoing> operator()() {
    while (!is_ended_ && window_.size() < shuffle_window && (window_.empty() || bytes_ < shuffle_bytes)) {
      auto next = source_();
      is_ended_ = !next;
      if (!next) break;
      bytes_ += next->weight;
      window_.push_back(std::move(*next));
    }
    if (window_.empty()) return std::nullopt;
    std::swap(window_[random_() % window_.size()], window_.back());
    Outgoing chosen = std::move(window_.back());
    window_.pop_back();
    bytes_ -= chosen.weight;
    return chosen;
  }

 private:
  OutgoingSource source_;
  RandomBits random_;
  std::vector<Outgoing> window_;
  std::size_t bytes_ = 0;
  bool is_ended_ = false;
};

class OnceASecond {
 public:
  explicit OnceASecond(std::function<Request(Time)> make) : make_(std::move(make)) {}

  SharedRequest operator()(Time now) {
    const std::lock_guard lock(mutex_);
    const std::int64_t second = unix_seconds(now);
    if (!request_ || second_ != second) {
      request_ = make_(now);
      second_ = second;
    }
    return *request_;
  }

 private:
  const std::function<Request(Time)> make_;
  std::mutex mutex_;
  std::optional<SharedRequest> request_;
  std::int64_t second_ = 0;  // that it is of
};

}  // namespace

std::function<SharedRequest(Time)> once_a_second(std::function<Request(Time)> make) {
  return [once = std::make_shared<OnceASecond>(std::move(make))](Time now) { return (*once)(now); };
}

SharedRequest first_request(const Outgoing& event, Time now) {
  if (!event.shared) return event.make(now);
  std::call_once(event.shared->is_made, [&] { event.shared->request = event.make(now); });
  return *event.shared->request;
}

OutgoingSource with_duplicates(OutgoingSource source, std::uint64_t count) {
  return Duplicator(std::move(source), count);
}

OutgoingSource shuffled(OutgoingSource source, RandomBits random) {
  return Shuffler(std::move(source), std::move(random));
}

}  // namespace alohook
