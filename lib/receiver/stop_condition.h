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

/// What a listener waits for before it exits.
struct Expected {
  Expectation events;
  EventFilter filter;  ///< events that don't match it don't count
  bool is_command_run = false;
  std::chrono::milliseconds timeout{30'000};  ///< measured from the start

  bool is_nothing() const { return events.is_empty() && !is_command_run; }
};

/// Decides when a listener ends: when all expected events have arrived and the command has succeeded, when the command
/// fails, at the timeout, or on a signal. Thread-safe.
class StopCondition {
 public:
  explicit StopCondition(Expected expected) : expected_(std::move(expected)) {}
  ~StopCondition();
  StopCondition(const StopCondition&) = delete;
  StopCondition& operator=(const StopCondition&) = delete;

  /// Starts the timeout. Calls `stop` once, from any thread, when it is time to end; immediately, if it already is.
  /// Throws Error if a thread can't be started.
  void start(std::function<void()> stop);

  /// Counts an event, if it is one of those expected.
  void on_event(const ReceivedEvent& event);
  void on_command_end(int exit_code);
  void on_signal(int signal);

  /// The outcome. It is final once the listener has ended.
  struct Result {
    Expectation events;
    std::optional<int> command;  ///< its exit code, once it has exited
    bool is_command_run = false;
    bool is_met = false;
    bool is_out_of_time = false;
    std::chrono::milliseconds timeout{0};
    std::optional<int> signal;  ///< the signal that ended the run
    bool is_anything_expected = false;

    /// Returns whether everything expected has happened, or nothing was expected.
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
  std::function<void()> stop_;  // empty before the start and after it has been called
  std::optional<int> command_;
  std::optional<int> signal_;
  bool is_out_of_time_ = false;
  bool is_settled_ = false;
  Thread clock_;  // declared last, so that the other members outlive it
};

}  // namespace alohook
