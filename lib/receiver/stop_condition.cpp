#include "receiver/stop_condition.h"

#include <utility>

namespace alohook {

StopCondition::StopCondition(Expected awaited, std::function<void()> stop)
    : stop_(std::move(stop)), awaited_(std::move(awaited)) {}

StopCondition::~StopCondition() {
  {
    const std::lock_guard lock(mutex_);
    is_settled_ = true;
  }
  changed_.notify_all();
}

void StopCondition::start() {
  if (awaited_.is_nothing()) return;
  const auto until = std::chrono::steady_clock::now() + awaited_.timeout;
  clock_ = Thread([this, until] {
    std::unique_lock lock(mutex_);
    if (changed_.wait_until(lock, until, [this] { return is_settled_; })) return;
    is_out_of_time_ = true;
    settle();
  });
}

void StopCondition::on_event(const ReceivedEvent& event) {
  const std::lock_guard lock(mutex_);
  if (is_settled_ || awaited_.events.is_empty()) return;
  if (!awaited_.filter.matches(event.type, event.request.body)) return;
  if (event.verification.verdict == Verdict::valid) {
    awaited_.events.take_valid(event.type);
  } else {
    awaited_.events.take_refused(event.type);
  }
  if (is_met()) settle();
}

void StopCondition::on_command_end(int exit_code) {
  const std::lock_guard lock(mutex_);
  if (is_settled_) return;  // we are ending it
  command_ = exit_code;
  if (exit_code != 0 || is_met()) settle();
}

void StopCondition::on_signal(int signal) {
  const std::lock_guard lock(mutex_);
  if (!is_settled_) signal_ = signal;
  settle();
}

StopCondition::Result StopCondition::result() const {
  const std::lock_guard lock(mutex_);
  Result result{.events = awaited_.events,
                .command = command_,
                .is_command_run = awaited_.is_command_run,
                .is_met = is_met(),
                .is_out_of_time = is_out_of_time_,
                .timeout = awaited_.timeout,
                .signal = signal_,
                .is_anything_expected = !awaited_.is_nothing()};
  return result;
}

void StopCondition::settle() {
  if (std::exchange(is_settled_, true)) return;
  changed_.notify_all();
  stop_();
}

bool StopCondition::is_met() const {
  return !awaited_.is_nothing() && awaited_.events.is_met() && (!awaited_.is_command_run || command_ == 0);
}

}  // namespace alohook
