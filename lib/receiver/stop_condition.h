#pragma once
#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>

#include "base/thread.h"
#include "events/event_filter.h"
#include "events/expectation.h"
#include "journal/event_json.h"

namespace alohook {

/// What a listener waits for.
struct Expected {
  Expectation events;
  EventFilter filter;  ///< events that it passes over do not count
  bool is_command_run = false;
  std::chrono::milliseconds timeout{30'000};  ///< from being ready

  bool is_nothing() const { return events.is_empty() && !is_command_run; }
};

/// Decides when a listener ends: as soon as all events have come and the command has
/// succeeded, when the command fails, when time is up, or at a signal. Safe from any thread.
class StopCondition {
 public:
  /// `stop` is called once, from any thread, when it is time to end.
  StopCondition(Expected awaited, std::function<void()> stop);
  ~StopCondition();
  StopCondition(const StopCondition&) = delete;
  StopCondition& operator=(const StopCondition&) = delete;

  /// Starts the clock. Throws Error if its thread can't be started.
  void start();
  /// Takes an event that was answered.
  void on_event(const ReceivedEvent& event);
  void on_command_end(int exit_code);
  void on_signal(int signal);

  /// What it came to; of use when the listener has ended.
  struct Result {
    Expectation events;
    std::optional<int> command;  ///< its exit code, when it has ended
    bool is_command_run = false;
    bool is_met = false;
    bool is_out_of_time = false;
    std::chrono::milliseconds timeout{0};
    std::optional<int> signal;  ///< the one that ended it
    bool is_anything_expected = false;

    /// Whether it ended as it should: all came, or nothing was expected.
    bool is_success() const { return is_met || !is_anything_expected; }
  };
  Result result() const;

 private:
  void settle();
  bool is_met() const;

  const std::function<void()> stop_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  Expected awaited_;
  std::optional<int> command_;
  std::optional<int> signal_;
  bool is_out_of_time_ = false;
  bool is_settled_ = false;  // `stop_` was called, or is not needed any more
  Thread clock_;             // the last one, so that the others outlive it
};

}  // namespace alohook
