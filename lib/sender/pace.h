#pragma once
#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>

namespace alohook {

/// The time of a run, and waiting in it, so that tests need not wait.
struct Pace {
  static constexpr std::chrono::microseconds forever = std::chrono::microseconds::max();

  /// How long ago the run began.
  std::function<std::chrono::microseconds()> elapsed;
  /// Waits until it is notified or `elapsed` is at this value; may return early.
  std::function<void(std::unique_lock<std::mutex>&, std::condition_variable&,
                     std::chrono::microseconds until)>
      wait;
};

/// Returns the pace of real time, from now on.
Pace real_pace();

}  // namespace alohook
