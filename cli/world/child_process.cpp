#include "world/child_process.h"

#include <fmt/format.h>
#include <signal.h>
#include <spawn.h>
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

/// How long a program that was asked to end may take.
constexpr std::chrono::seconds patience{2};

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

/// Returns the process, or minus an errno.
pid_t spawn(std::vector<std::string> command, const Variables& variables) {
  std::vector<std::string> environment = environment_with(variables);
  posix_spawn_file_actions_t files;
  posix_spawnattr_t attributes;
  posix_spawn_file_actions_init(&files);
  posix_spawnattr_init(&attributes);
  // Our standard output holds results; what the program says must not come between them.
  posix_spawn_file_actions_adddup2(&files, STDERR_FILENO, STDOUT_FILENO);
  // A group, so that what the program starts can be ended with it.
  posix_spawnattr_setpgroup(&attributes, 0);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP);
  pid_t process = 0;
  const int error = ::posix_spawnp(&process, command.front().c_str(), &files, &attributes,
                                   pointers_to(command).data(), pointers_to(environment).data());
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&files);
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
    const auto until = std::chrono::steady_clock::now() + patience;
    signal_group(SIGTERM);
    {
      std::unique_lock lock(mutex_);
      if (!ended_.wait_until(lock, until, [this] { return has_ended_; })) signal_group(SIGKILL);
    }
    thread_ = {};  // joins
    ::waitpid(process_, nullptr, 0);
    // What it started may take its time too, or not listen.
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
    // Left unreaped until its group has been signalled: the number must not become another process's.
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
    throw Error(fmt::format("cannot run '{}': {}", visible(command.front()), std::strerror(-process)),
                "what follows -- is a program and its arguments, run once the listener is ready");
  }
  return std::make_shared<ChildProcess>(process, std::move(on_end));
}

}  // namespace alohook
