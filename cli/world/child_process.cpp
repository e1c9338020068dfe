#include "world/child_process.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>
#ifdef __linux__
#include <sys/prctl.h>
#endif
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <condition_variable>
#include <cstring>
#include <mutex>
#include <system_error>
#include <thread>
#include <utility>

#include "base/error.h"
#include "base/thread.h"
#include "base/visible.h"

extern char** environ;  // POSIX leaves its declaration to the program

namespace alohook {
namespace {

/// How long a program may take to end after SIGTERM.
constexpr std::chrono::seconds end_patience{2};

/// Our environment with the variables set, as `NAME=value`.
std::vector<std::string> environment_with(const Variables& variables) {
  std::vector<std::string> entries;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string_view text(*entry);
    if (variables.count(std::string(text.substr(0, text.find('=')))) == 0) entries.emplace_back(text);
  }
  for (const auto& [name, value] : variables) entries.push_back(fmt::format("{}={}", name, value));
  return entries;
}

std::vector<char*> pointers_to(std::vector<std::string>& texts) {
  std::vector<char*> pointers;
  for (std::string& text : texts) pointers.push_back(text.data());
  pointers.push_back(nullptr);
  return pointers;
}

/// Holds signals back while it lives. Until a new process has its own handlers, ours would run there.
class SignalBlock {
 public:
  SignalBlock() {
    sigset_t all;
    sigfillset(&all);
    ::pthread_sigmask(SIG_SETMASK, &all, &before_);
  }
  ~SignalBlock() { ::pthread_sigmask(SIG_SETMASK, &before_, nullptr); }
  SignalBlock(const SignalBlock&) = delete;
  SignalBlock& operator=(const SignalBlock&) = delete;
  const sigset_t& before() const { return before_; }

 private:
  sigset_t before_;
};

/// Gives the signals that alohook handles their default action; those that it was started with ignored stay ignored.
void reset_signals() {
  for (const int number : {SIGINT, SIGTERM, SIGHUP}) {
    struct sigaction action = {};
    ::sigaction(number, nullptr, &action);
    if (action.sa_handler != SIG_IGN) ::signal(number, SIG_DFL);
  }
  ::signal(SIGXFSZ, SIG_DFL);
}

/// Becomes the program, between fork and exec of a process with threads: nothing here may allocate or lock.
[[noreturn]] void become(const std::vector<char*>& command, const std::vector<char*>& environment,
                         const sigset_t& signals, int error_pipe) {
  reset_signals();
  ::pthread_sigmask(SIG_SETMASK, &signals, nullptr);
  // A group, so that everything that the program starts can be ended with it.
  ::setpgid(0, 0);
  // Our standard output holds results; the program's output must not come between them.
  if (::dup2(STDERR_FILENO, STDOUT_FILENO) >= 0)
    ::execvpe(command.front(), command.data(), environment.data());
  const int error = errno;
  [[maybe_unused]] const auto written = ::write(error_pipe, &error, sizeof error);
  ::_exit(127);
}

/// Makes this process end with its parent, even when the parent is killed. Linux alone can do that.
void end_with_parent([[maybe_unused]] pid_t parent) {
#ifdef __linux__
  ::prctl(PR_SET_PDEATHSIG, SIGTERM);
  if (::getppid() != parent) ::_exit(127);
#endif
}

/// Returns the process, or minus an errno. On Linux the process ends with the calling thread.
pid_t spawn(std::vector<std::string> command, const Variables& variables) {
  std::vector<std::string> environment = environment_with(variables);
  const std::vector<char*> arguments = pointers_to(command);
  const std::vector<char*> entries = pointers_to(environment);
  int pipe[2] = {-1, -1};
  if (::pipe2(pipe, O_CLOEXEC) != 0) return -errno;
  const pid_t parent = ::getpid();
  pid_t process = 0;
  int error = 0;
  {
    const SignalBlock signals;
    process = ::fork();
    if (process == 0) {
      end_with_parent(parent);
      become(arguments, entries, signals.before(), pipe[1]);
    }
    error = process < 0 ? errno : 0;
  }
  ::close(pipe[1]);
  // The pipe ends when the program starts; else it brings the reason.
  if (process > 0 && ::read(pipe[0], &error, sizeof error) > 0) ::waitpid(process, nullptr, 0);
  ::close(pipe[0]);
  return error == 0 ? process : -error;
}

class ChildProcess {
 public:
  ChildProcess(pid_t process, std::function<void(int)> on_end)
      : process_(process), on_end_(std::move(on_end)) {
    try {
      thread_ = Thread([this] { watch(); });
    } catch (...) {
      signal_group(SIGKILL);
      ::waitpid(process_, nullptr, 0);
      throw;
    }
  }
  ~ChildProcess() {
    const auto until = std::chrono::steady_clock::now() + end_patience;
    signal_group(SIGTERM);
    {
      std::unique_lock lock(mutex_);
      if (!ended_.wait_until(lock, until, [this] { return has_ended_; })) signal_group(SIGKILL);
    }
    thread_ = {};  // joins
    ::waitpid(process_, nullptr, 0);
    // Its children may take time too, or ignore the signal.
    while (::kill(-process_, 0) == 0 && std::chrono::steady_clock::now() < until)
      std::this_thread::sleep_for(std::chrono::milliseconds{10});
    if (std::chrono::steady_clock::now() >= until) signal_group(SIGKILL);
  }
  ChildProcess(const ChildProcess&) = delete;
  ChildProcess& operator=(const ChildProcess&) = delete;

 private:
  void signal_group(int signal) const {
    ::kill(-process_, signal);
    ::kill(-process_, SIGCONT);  // one that stopped to read from the terminal would not see it
  }
  void watch() {
    siginfo_t info = {};
    // Left unreaped until its group has been signaled: the number must not become another process's.
    while (::waitid(P_PID, static_cast<id_t>(process_), &info, WEXITED | WNOWAIT) != 0 && errno == EINTR) {
    }
    {
      const std::lock_guard lock(mutex_);
      has_ended_ = true;
    }
    ended_.notify_all();
    on_end_(info.si_code == CLD_EXITED ? info.si_status : 128 + info.si_status);
  }

  const pid_t process_;
  const std::function<void(int)> on_end_;
  std::mutex mutex_;
  std::condition_variable ended_;
  bool has_ended_ = false;
  Thread thread_;
};

}  // namespace

std::shared_ptr<void> start_child_process(const std::vector<std::string>& command, const Variables& variables,
                                          std::function<void(int)> on_end) {
  const pid_t process = spawn(command, variables);
  if (process < 0) {
    throw Error(fmt::format("can't run '{}': {}", visible(command.front()), std::strerror(-process)),
                "the words after -- are a program and its arguments, run once the listener is ready");
  }
  return std::make_shared<ChildProcess>(process, std::move(on_end));
}

}  // namespace alohook
