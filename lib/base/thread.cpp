#include "base/thread.h"

#include <fmt/format.h>

#include <system_error>

#include "base/error.h"

namespace alohook {

Thread::Thread(std::function<void()> work) : failure_(std::make_unique<std::exception_ptr>()) {
  try {
    thread_ = std::thread([failure = failure_.get(), work = std::move(work)] {
      try {
        work();
      } catch (...) {
        *failure = std::current_exception();
      }
    });
  } catch (const std::system_error& error) {
    throw Error(fmt::format("can't start another thread: {}", error.code().message()),
                "raise the limit on processes or memory ('ulimit -u', 'ulimit -v'), or use less concurrency");
  }
}

Thread::~Thread() {
  if (thread_.joinable()) thread_.join();
}

Thread& Thread::operator=(Thread&& other) noexcept {
  if (thread_.joinable()) thread_.join();
  failure_ = std::move(other.failure_);
  thread_ = std::move(other.thread_);
  return *this;
}

void Thread::join() {
  if (!thread_.joinable()) return;
  thread_.join();
  if (*failure_) std::rethrow_exception(std::exchange(*failure_, nullptr));
}

}  // namespace alohook
