#include "sender/dispatcher.h"

#include <algorithm>
#include <condition_variable>
#include <exception>
#include <map>
#include <mutex>
#include <utility>
#include <vector>

#include "base/thread.h"
#include "http/http_date.h"

namespace alohook {
namespace {

using std::chrono::microseconds;

constexpr std::size_t max_waiting_bytes = 16 << 20;
constexpr std::size_t own_weight = 2048;  // of an event, in addition to its body

}  // namespace

double Tally::rate() const {
  const double seconds = static_cast<double>(elapsed.count()) / 1e6;
  return seconds > 0 ? static_cast<double>(sent + retried) / seconds : 0;
}

class Dispatcher::Impl {
 public:
  Impl(DispatchPlan plan, OutgoingSource source, Surroundings surroundings, AttemptHandler on_attempt)
      : plan_(std::move(plan)),
        source_(std::move(source)),
        surroundings_(std::move(surroundings)),
        on_attempt_(std::move(on_attempt)) {}

  Tally run() {
    {
      std::vector<Thread> threads;
      start(threads);
      work();
    }
    if (failure_) std::rethrow_exception(failure_);
    for (const auto& [due, waiting] : retries_) count_outcome(waiting.event, waiting.last);
    tally_.elapsed = elapsed();
    return tally_;
  }

  void stop() {
    const std::lock_guard lock(mutex_);
    is_stopping_ = true;
    changed_.notify_all();
  }

 private:
  /// A delivery attempt that is due or planned.
  struct Try {
    Outgoing event;
    unsigned number = 1;
    std::optional<SharedRequest> request = {};  // of the try before, when it is to be the same
    Outcome last = Outcome::failed;
  };

  static SharedRequest request_of(Try& one, Time now) {
    if (one.request) return *one.request;
    return one.number == 1 ? first_request(one.event, now) : one.event.make(now);
  }

  microseconds elapsed() const { return surroundings_.pace.elapsed(); }

  /// Starts the threads of all connections but one. Nothing is sent until all of them have started: if one can't be
  /// started, the run fails, and a failed run should not have delivered anything.
  void start(std::vector<Thread>& threads) {
    const std::lock_guard lock(mutex_);
    try {
      for (unsigned i = 1; i < plan_.concurrency; ++i) threads.emplace_back([this] { work(); });
    } catch (...) {
      failure_ = std::current_exception();
      is_stopping_ = true;
    }
  }

  void give_up(std::exception_ptr failure) {
    const std::lock_guard lock(mutex_);
    if (!failure_) failure_ = std::move(failure);
    is_stopping_ = true;
    changed_.notify_all();
  }

  void work() {
    try {
      const Transport transport = surroundings_.connect();
      std::unique_lock lock(mutex_);
      while (auto one = take(lock)) {
        ++in_flight_;
        lock.unlock();
        Delivery delivery = deliver(request_of(*one, surroundings_.now()), transport, plan_.expected);
        lock.lock();
        --in_flight_;
        settle(std::move(*one), std::move(delivery));
        if (waiting_ > 0) changed_.notify_all();
      }
    } catch (...) {
      give_up(std::current_exception());
    }
  }

  /// Waits for the next attempt; nullopt if there won't be one.
  std::optional<Try> take(std::unique_lock<std::mutex>& lock) {
    while (!is_stopping_) {
      const bool is_retry_due = !retries_.empty() && retries_.begin()->first <= elapsed();
      if (is_retry_due) return take_retry();
      if (!held_ && !is_ended_ && !is_reading_ && retry_bytes_ < max_waiting_bytes) read(lock);
      if (is_stopping_) break;
      if (held_ && held_due() <= elapsed()) return take_held();
      if (is_done()) break;
      microseconds until = retries_.empty() ? Pace::forever : retries_.begin()->first;
      if (held_) until = std::min(until, held_due());
      ++waiting_;
      surroundings_.pace.wait(lock, changed_, until);
      --waiting_;
    }
    changed_.notify_all();
    return std::nullopt;
  }

  bool is_done() const {
    const bool may_retry = in_flight_ > 0 && !plan_.retry_pauses.empty();
    return is_ended_ && !held_ && retries_.empty() && !may_retry;
  }

  void read(std::unique_lock<std::mutex>& lock) {
    std::optional<Outgoing> next;
    if (plan_.input == Input::at_hand) {
      next = source_();
    } else {
      is_reading_ = true;
      lock.unlock();
      next = source_();
      lock.lock();
      is_reading_ = false;
    }
    if (next) {
      held_.emplace(Try{.event = std::move(*next)});
    } else {
      is_ended_ = true;
    }
    if (waiting_ > 0) changed_.notify_all();
  }

  microseconds held_due() const {
    const double at_rate = plan_.per_second > 0 ? static_cast<double>(started_) / plan_.per_second * 1e6 : 0;
    return std::max(held_->event.due, microseconds{static_cast<std::int64_t>(at_rate)});
  }

  std::optional<Try> take_held() {
    ++started_;
    return std::exchange(held_, std::nullopt);
  }

  std::optional<Try> take_retry() {
    std::optional<Try> one = std::move(retries_.begin()->second);
    retries_.erase(retries_.begin());
    retry_bytes_ -= one->event.weight + own_weight;
    return one;
  }

  /// Reports an attempt. Counts the event, or plans the next attempt.
  void settle(Try one, Delivery delivery) {
    if (one.number > 1) ++tally_.retried;
    if (delivery.exchange.response) tally_.latency.add(delivery.exchange.elapsed);
    Attempt attempt{.event = one.event, .delivery = delivery, .number = one.number};
    const bool is_again =
        delivery.outcome != Outcome::accepted && one.number <= plan_.retry_pauses.size() && !is_stopping_;
    if (is_again) plan_next(attempt);
    on_attempt_(attempt);
    if (!is_again) return count_outcome(one.event, delivery.outcome);
    one.last = delivery.outcome;
    ++one.number;
    if (plan_.retry_signing == RetrySigning::same) one.request = std::move(delivery.request);
    retry_bytes_ += one.event.weight + own_weight;
    retries_.emplace(elapsed() + *attempt.next_in, std::move(one));
  }

  void plan_next(Attempt& attempt) const {
    const microseconds pause = plan_.retry_pauses[attempt.number - 1];
    attempt.next_in = pause;
    const auto& response = attempt.delivery.exchange.response;
    const auto header = response ? header_value(response->headers, "Retry-After") : std::nullopt;
    const auto asked = header ? parse_retry_after(*header, surroundings_.now()) : std::nullopt;
    if (!asked || *asked <= pause) return;
    attempt.asked = *asked;
    attempt.next_in = std::max<microseconds>(pause, std::min<microseconds>(*asked, longest_retry_after));
  }

  void count_outcome(const Outgoing& event, Outcome outcome) {
    ++tally_.sent;
    if (event.is_duplicate) ++tally_.duplicates;
    ++(outcome == Outcome::accepted  ? tally_.accepted
       : outcome == Outcome::refused ? tally_.refused
                                     : tally_.failed);
  }

  const DispatchPlan plan_;
  const OutgoingSource source_;
  const Surroundings surroundings_;
  const AttemptHandler on_attempt_;

  std::mutex mutex_;  // protects everything below
  std::condition_variable changed_;
  std::optional<Try> held_;  // the next event, until it is due
  bool is_reading_ = false;
  bool is_ended_ = false;
  bool is_stopping_ = false;
  unsigned in_flight_ = 0;
  unsigned waiting_ = 0;
  std::uint64_t started_ = 0;
  std::multimap<microseconds, Try> retries_;  // by due time
  std::size_t retry_bytes_ = 0;
  Tally tally_;
  std::exception_ptr failure_;
};

Dispatcher::Dispatcher(DispatchPlan plan, OutgoingSource source, Surroundings surroundings,
                       AttemptHandler on_attempt)
    : impl_(std::make_unique<Impl>(std::move(plan), std::move(source), std::move(surroundings),
                                   std::move(on_attempt))) {}
Dispatcher::~Dispatcher() = default;

Tally Dispatcher::run() { return impl_->run(); }
void Dispatcher::stop() { impl_->stop(); }

}  // namespace alohook
