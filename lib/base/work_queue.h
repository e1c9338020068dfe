#pragma once
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>

#include "base/thread.h"

namespace alohook {

/// Runs jobs in order on a thread of its own, so that a slow terminal does not stop an event loop. When the jobs that
/// wait weigh more than the limit, `post` waits: nothing is dropped, and memory stays bounded. A job that throws doesn't
/// keep the others from running.
class WorkQueue {
 public:
  /// Throws Error if the thread can't be started.
  explicit WorkQueue(std::size_t weight_limit);
  /// Waits until all jobs are done, and drops their exceptions.
  ~WorkQueue() { end(); }
  WorkQueue(const WorkQueue&) = delete;
  WorkQueue& operator=(const WorkQueue&) = delete;

  /// `weight` is the job's size in bytes. Safe from any thread but the queue's own.
  void post(std::size_t weight, std::function<void()> job);

  /// Waits until all jobs are done and ends the thread. Nothing may be posted afterwards. Throws the first exception
  /// that a job threw.
  void finish();

 private:
  struct Job {
    std::size_t weight;
    std::function<void()> work;
  };
  void run();
  void end();

  const std::size_t weight_limit_;
  std::mutex mutex_;
  std::condition_variable has_work_;
  std::condition_variable has_room_;
  std::deque<Job> jobs_;
  std::size_t weight_ = 0;
  bool is_ending_ = false;
  Thread thread_;  // the last one, so that the others outlive it
};

}  // namespace alohook
