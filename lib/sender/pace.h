#pragma once
#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>

namespace alohook {

/// The clock of a run, replaceable so that tests don't have to wait.
struct Pace {
  static constexpr std::chrono::microseconds forever = std::chrono::microseconds::max();

  /// Returns the time since the run began.
  std::function<std::chrono::microseconds()> elapsed;
  /// Waits until it is notified or until `elapsed` reaches this value. May return early.
  std::function<void(std::unique_lock<std::mutex>&, std::condition_variable&,
                     std::chrono::microseconds until)>
      wait;
};

/// Returns the pace of real time, starting now.
Pace real_pace();

}  // namespace alohook
