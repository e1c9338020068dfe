#include "world/process.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <condition_variable>
#include <csignal>
#include <mutex>
#include <system_error>

#include "base/error.h"
#include "base/thread.h"
#include "world/keyboard.h"

namespace alohook {
namespace {

// A signal handler can reach nothing but globals: the writing end of the watcher's pipe, or -1. It runs on any thread.
std::atomic<int> watcher_pipe = -1;
static_assert(std::atomic<int>::is_always_lock_free);

/// Ends the program without clean-up, but for the terminal. Safe in a signal handler.
[[noreturn]] void leave(int exit_code) {
  restore_terminal();
  _exit(exit_code);
}

extern "C" void on_process_signal(int signal) {
  const int saved = errno;
  const int pipe = watcher_pipe;
  if (pipe < 0) leave(128 + signal);
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
      if (count == 1) handle(signal);
      if (count == 0 || (count < 0 && errno != EINTR)) return;
    }
  }

  /// A signal that can't be handled, for want of memory or a thread, ends the program as if nobody watched.
  void handle(int signal) {
    try {
      on_signal_(signal);
    } catch (const std::exception&) {
      leave(128 + signal);
    }
  }

  Context::SignalHandler on_signal_;
  int ends_[2] = {-1, -1};
  Thread thread_;
};

/// Ends the program when its time is up: a thread that is stuck in a write can't be ended otherwise.
class Deadline {
 public:
  Deadline(std::chrono::milliseconds limit, int exit_code)
      : thread_([this, limit, exit_code] {
          std::unique_lock lock(mutex_);
          if (!dropped_.wait_for(lock, limit, [this] { return is_dropped_; })) leave(exit_code);
        }) {}
  ~Deadline() {
    {
      const std::lock_guard lock(mutex_);
      is_dropped_ = true;
    }
    dropped_.notify_all();
  }
  Deadline(const Deadline&) = delete;
  Deadline& operator=(const Deadline&) = delete;

 private:
  std::mutex mutex_;
  std::condition_variable dropped_;
  bool is_dropped_ = false;
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

TerminalSize terminal_size() {
  winsize size = {};
  if (::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0) return {};
  return {size.ws_col > 0 ? size.ws_col : 80U, size.ws_row > 0 ? size.ws_row : 24U};
}

void open_standard_descriptors() {
  for (const int descriptor : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    if (::fcntl(descriptor, F_GETFD) != -1 || errno != EBADF) continue;
    // Lower ones are open by now, so this is the one that gets the number.
    if (::open("/dev/null", descriptor == STDIN_FILENO ? O_RDONLY : O_WRONLY) != descriptor) _exit(2);
  }
}

void install_signal_exits() {
  struct sigaction action = {};
  action.sa_handler = on_process_signal;
  action.sa_flags = SA_RESTART;
  sigemptyset(&action.sa_mask);
  ::sigaction(SIGINT, &action, nullptr);
  ::sigaction(SIGTERM, &action, nullptr);
  struct sigaction inherited = {};
  ::sigaction(SIGHUP, nullptr, &inherited);
  // nohup hands it down ignored, and the program is to outlive its terminal.
  if (inherited.sa_handler != SIG_IGN) ::sigaction(SIGHUP, &action, nullptr);
  // Some parents, CI runners among them, hand it down ignored; then a reader that is gone would go unnoticed.
  ::signal(SIGPIPE, SIG_DFL);
  // A write past the file-size limit then fails with EFBIG, which is reported like a full disk.
  ::signal(SIGXFSZ, SIG_IGN);
#ifdef __SANITIZE_THREAD__
  // GCC 12's ThreadSanitizer loses a signal that arrives during a thread's first blocking call.
  ::poll(nullptr, 0, 0);
#endif
}

std::shared_ptr<void> watch_process_signals(Context::SignalHandler on_signal) {
  return std::make_shared<SignalWatcher>(std::move(on_signal));
}

std::shared_ptr<void> abandon_process_after(std::chrono::milliseconds limit, int exit_code) {
  try {
    return std::make_shared<Deadline>(limit, exit_code);
  } catch (const Error&) {
    return nullptr;  // without a thread to spare the program can still end on its own
  }
}

}  // namespace alohook
