#include "world/process.h"

#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <system_error>

#include "base/thread.h"

namespace alohook {
namespace {

// A signal handler can reach nothing but globals: the writing end of the watcher's pipe, or -1. It runs on any thread.
std::atomic<int> watcher_pipe = -1;
static_assert(std::atomic<int>::is_always_lock_free);

extern "C" void on_process_signal(int signal) {
  const int saved = errno;
  const int pipe = watcher_pipe;
  if (pipe < 0) _exit(128 + signal);
  const char byte = static_cast<char>(signal);
  // The pipe holds far more signals than anybody sends; a full one has told the watcher already.
  [[maybe_unused]] const auto written = ::write(pipe, &byte, 1);
  errno = saved;
}

class SignalWatcher {
 public:
  explicit SignalWatcher(Context::SignalHandler on_signal) : on_signal_(std::move(on_signal)) {
    if (::pipe2(ends_, O_CLOEXEC) != 0) throw std::system_error(errno, std::generic_category(), "pipe");
    try {
      thread_ = Thread([this] { watch(); });
    } catch (...) {
      for (const int end : ends_) ::close(end);
      throw;
    }
    watcher_pipe = ends_[1];
  }
  ~SignalWatcher() {
    watcher_pipe = -1;
    ::close(ends_[1]);
    thread_ = {};  // joins
    ::close(ends_[0]);
  }
  SignalWatcher(const SignalWatcher&) = delete;
  SignalWatcher& operator=(const SignalWatcher&) = delete;

 private:
  void watch() {
    char signal = 0;
    while (true) {
      const auto count = ::read(ends_[0], &signal, 1);
      if (count == 1) on_signal_(signal);
      if (count == 0 || (count < 0 && errno != EINTR)) return;
    }
  }

  Context::SignalHandler on_signal_;
  int ends_[2] = {-1, -1};
  Thread thread_;
};

}  // namespace

std::size_t raise_file_limit() {
  rlimit limit = {};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return 1024;
  limit.rlim_cur = limit.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &limit);
  ::getrlimit(RLIMIT_NOFILE, &limit);
  return static_cast<std::size_t>(limit.rlim_cur);
}

void install_signal_exits() {
  struct sigaction action = {};
  action.sa_handler = on_process_signal;
  action.sa_flags = SA_RESTART;
  sigemptyset(&action.sa_mask);
  ::sigaction(SIGINT, &action, nullptr);
  ::sigaction(SIGTERM, &action, nullptr);
  // Some parents, CI runners among them, hand it down ignored; then a reader that has gone would go unnoticed.
  ::signal(SIGPIPE, SIG_DFL);
}

std::shared_ptr<void> watch_process_signals(Context::SignalHandler on_signal) {
  return std::make_shared<SignalWatcher>(std::move(on_signal));
}

}  // namespace alohook
