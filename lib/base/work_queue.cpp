#include "base/work_queue.h"

#include <chrono>
#include <thread>

namespace alohook {
namespace {

/// While many jobs arrive, they are done in groups: waking the thread for each costs more than most of them.
constexpr std::chrono::microseconds gathering{500};

}  // namespace

WorkQueue::WorkQueue(std::size_t weight_limit, std::function<void()> on_idle)
    : jobs_(weight_limit), on_idle_(std::move(on_idle)), thread_([this] { run(); }) {}

void WorkQueue::finish() {
  jobs_.close();
  thread_.join();
}

bool WorkQueue::finish_within(std::chrono::milliseconds limit) {
  jobs_.close();
  std::unique_lock lock(mutex_);
  if (ended_.wait_for(lock, limit, [this] { return has_ended_; })) return true;
  jobs_.clear();
  return false;
}

void WorkQueue::run() {
  FirstFailure failures;
  bool has_worked = false;
  while (true) {
    auto job = jobs_.try_take_one();
    if (!job) {
      if (on_idle_) failures.run(on_idle_);
      if (has_worked) std::this_thread::sleep_for(gathering);
      job = jobs_.take_one();
    }
    if (!job) break;
    failures.run(*job);
    has_worked = true;
  }
  {
    const std::lock_guard lock(mutex_);
    has_ended_ = true;
  }
  ended_.notify_all();
  failures.rethrow();
}

}  // namespace alohook
