#pragma once
#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <utility>

#include "base/thread.h"
#include "events/event_filter.h"
#include "events/expectation.h"
#include "journal/event_json.h"

namespace alohook {

/// What a listener waits for.
struct Expected {
  Expectation events;
  EventFilter filter;  ///< events that don't match it don't count
  bool is_command_run = false;
  std::chrono::milliseconds timeout{30'000};  ///< counted from the start

  bool is_nothing() const { return events.is_empty() && !is_command_run; }
};

/// Decides when a listener ends: as soon as all expected events have come and the command has succeeded, when the
/// command fails, when time is up, or at a signal. Safe from any thread.
class StopCondition {
 public:
  explicit StopCondition(Expected expected) : expected_(std::move(expected)) {}
  ~StopCondition();
  StopCondition(const StopCondition&) = delete;
  StopCondition& operator=(const StopCondition&) = delete;

  /// Starts the clock. Calls `stop` once, from any thread, when it is time to end; at once, when it is time already.
  /// Throws Error when no thread can be started.
  void start(std::function<void()> stop);

  /// Counts an event that was responded to.
  void on_event(const ReceivedEvent& event);
  void on_command_end(int exit_code);
  void on_signal(int signal);

  /// The outcome; final once the listener has ended.
  struct Result {
    Expectation events;
    std::optional<int> command;  ///< its exit code, when it has ended
    bool is_command_run = false;
    bool is_met = false;
    bool is_out_of_time = false;
    std::chrono::milliseconds timeout{0};
    std::optional<int> signal;  ///< the one that ended it
    bool is_anything_expected = false;

    /// Returns whether everything expected came, or nothing was expected.
    bool is_success() const { return is_met || !is_anything_expected; }
  };
  Result result() const;

 private:
  void wait(std::chrono::steady_clock::time_point until);
  void settle(std::unique_lock<std::mutex> lock);
  bool is_met() const;

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  Expected expected_;
  std::function<void()> stop_;  // empty before the start, and once it was called
  std::optional<int> command_;
  std::optional<int> signal_;
  bool is_out_of_time_ = false;
  bool is_settled_ = false;
  Thread clock_;  // the last one, so that the others outlive it
};

}  // namespace alohook
