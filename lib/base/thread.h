#pragma once
#include <exception>
#include <functional>
#include <memory>
#include <thread>
#include <utility>

namespace alohook {

/// A thread that can neither be left running nor end the program: its owner joins it, and an exception that escapes
/// from its work waits for the owner. (std::thread and std::jthread call std::terminate.)
class Thread {
 public:
  Thread() = default;
  /// Runs `work`. Throws Error if the system can't start another thread.
  explicit Thread(std::function<void()> work);
  /// Waits for the work to end and drops its exception.
  ~Thread();
  Thread(Thread&&) noexcept = default;
  Thread& operator=(Thread&& other) noexcept;

  bool joinable() const { return thread_.joinable(); }
  /// Waits for the work to end and rethrows its exception. Does nothing if there is nothing to join.
  void join();

 private:
  std::unique_ptr<std::exception_ptr> failure_;
  std::thread thread_;
};

/// Runs several pieces of work of which each must run, even after one of them failed, and keeps the first exception.
class FirstFailure {
 public:
  template <class Work>
  void run(Work&& work) noexcept {
    try {
      std::forward<Work>(work)();
    } catch (...) {
      if (!failure_) failure_ = std::current_exception();
    }
  }
  /// Throws the exception, if there was one.
  void rethrow() const {
    if (failure_) std::rethrow_exception(failure_);
  }

 private:
  std::exception_ptr failure_;
};

}  // namespace alohook
