#pragma once
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <functional>
#include <mutex>
#include <utility>

#include "base/bounded_queue.h"
#include "base/thread.h"

namespace alohook {

/// Runs jobs in order on a thread of its own, so that a slow terminal does not stop an event loop. A job that throws
/// doesn't keep the others from running.
class WorkQueue {
 public:
  /// Starts the thread. `weight_limit` bounds the jobs that wait and the one that runs. `on_idle` is called on the
  /// thread whenever no job is left, also at the end. Throws Error if the thread can't be started.
  explicit WorkQueue(std::size_t weight_limit, std::function<void()> on_idle = {});
  /// Waits until all jobs are done, and drops their exceptions.
  ~WorkQueue() { jobs_.close(); }
  WorkQueue(const WorkQueue&) = delete;
  WorkQueue& operator=(const WorkQueue&) = delete;

  /// Adds a job that weighs this many bytes; waits while there is no room. Safe from any thread but the queue's own.
  void post(std::size_t weight, std::function<void()> job) { jobs_.push(weight, std::move(job)); }

  /// Adds a job and returns true, or returns false when there is no room. Never waits.
  bool try_post(std::size_t weight, std::function<void()> job) {
    return jobs_.try_push(weight, std::move(job));
  }

  /// Returns how many threads wait in `post`.
  std::size_t blocked() const { return jobs_.blocked(); }

  /// Waits until all jobs are done and ends the thread. Nothing may be posted afterwards. Throws the first exception
  /// that a job threw.
  void finish();

  /// Does what `finish` does, but not for longer than `limit`: then drops the jobs that wait and returns false. The
  /// destructor still waits for the job that is stuck.
  bool finish_within(std::chrono::milliseconds limit);

 private:
  void run();

  BoundedQueue<std::function<void()>> jobs_;
  const std::function<void()> on_idle_;
  std::mutex mutex_;
  std::condition_variable ended_;
  bool has_ended_ = false;
  Thread thread_;  // the last one, so that the others outlive it
};

}  // namespace alohook
