#include "receiver/stop_condition.h"

#include <utility>

namespace alohook {

StopCondition::~StopCondition() {
  {
    const std::lock_guard lock(mutex_);
    is_settled_ = true;
  }
  changed_.notify_all();
}

void StopCondition::start(std::function<void()> stop) {
  std::unique_lock lock(mutex_);
  if (is_settled_) {
    lock.unlock();
    return stop();
  }
  stop_ = std::move(stop);
  if (expected_.is_nothing()) return;
  const auto until = std::chrono::steady_clock::now() + expected_.timeout;
  clock_ = Thread([this, until] { wait(until); });
}

void StopCondition::wait(std::chrono::steady_clock::time_point until) {
  std::unique_lock lock(mutex_);
  if (changed_.wait_until(lock, until, [this] { return is_settled_; })) return;
  is_out_of_time_ = true;
  settle(std::move(lock));
}

void StopCondition::on_event(const ReceivedEvent& event) {
  std::unique_lock lock(mutex_);
  if (is_settled_ || expected_.events.is_empty()) return;
  if (!expected_.filter.matches(event.type, event.request.body)) return;
  if (event.verification.verdict == Verdict::valid) {
    expected_.events.take_valid(event.type);
  } else {
    expected_.events.take_refused(event.type);
  }
  if (is_met()) settle(std::move(lock));
}

void StopCondition::on_command_end(int exit_code) {
  std::unique_lock lock(mutex_);
  if (is_settled_) return;  // the end of the run kills the command
  command_ = exit_code;
  if (exit_code != 0 || is_met()) settle(std::move(lock));
}

void StopCondition::on_signal(int signal) {
  std::unique_lock lock(mutex_);
  if (!is_settled_) signal_ = signal;
  settle(std::move(lock));
}

StopCondition::Result StopCondition::result() const {
  const std::lock_guard lock(mutex_);
  return {.events = expected_.events,
          .command = command_,
          .is_command_run = expected_.is_command_run,
          .is_met = is_met(),
          .is_out_of_time = is_out_of_time_,
          .timeout = expected_.timeout,
          .signal = signal_,
          .is_anything_expected = !expected_.is_nothing()};
}

/// Releases the mutex before calling `stop`, which may ask for the result or wait for a thread that does.
void StopCondition::settle(std::unique_lock<std::mutex> lock) {
  if (std::exchange(is_settled_, true)) return;
  const std::function<void()> stop = std::exchange(stop_, {});
  lock.unlock();
  changed_.notify_all();
  if (stop) stop();
}

bool StopCondition::is_met() const {
  return !expected_.is_nothing() && expected_.events.is_met() && (!expected_.is_command_run || command_ == 0);
}

}  // namespace alohook
