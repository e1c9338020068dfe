#include "base/work_queue.h"

#include <utility>

namespace alohook {

WorkQueue::WorkQueue(std::size_t weight_limit) : weight_limit_(weight_limit), thread_([this] { run(); }) {}

void WorkQueue::finish() {
  end();
  thread_.join();
}

void WorkQueue::end() {
  {
    const std::lock_guard lock(mutex_);
    is_ending_ = true;
  }
  has_work_.notify_one();
}

void WorkQueue::post(std::size_t weight, std::function<void()> job) {
  {
    std::unique_lock lock(mutex_);
    // One job is let in however heavy it is, else it would wait for ever.
    has_room_.wait(lock, [&] { return weight_ == 0 || weight_ + weight <= weight_limit_; });
    weight_ += weight;
    jobs_.push_back({weight, std::move(job)});
  }
  has_work_.notify_one();
}

void WorkQueue::run() {
  FirstFailure failures;
  std::unique_lock lock(mutex_);
  while (true) {
    has_work_.wait(lock, [this] { return is_ending_ || !jobs_.empty(); });
    if (jobs_.empty()) break;
    Job job = std::move(jobs_.front());
    jobs_.pop_front();
    lock.unlock();
    failures.run(job.work);
    lock.lock();
    weight_ -= job.weight;
    has_room_.notify_one();
  }
  lock.unlock();
  failures.rethrow();
}

}  // namespace alohook
