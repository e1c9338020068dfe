#include "world/keyboard.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <termios.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <system_error>
#include <thread>
#include <utility>

namespace alohook {
namespace {

constexpr int escape_patience_ms = 50;  // a sequence's bytes come together
constexpr int foreground_patience_ms =
    500;  // how often a program in the background looks whether it still is

// A signal handler can reach nothing but globals. `saved_modes` is written before `is_changed` is set.
std::atomic<bool> is_changed = false;
termios saved_modes = {};
std::atomic<int> keyboard_pipe = -1;
static_assert(std::atomic<bool>::is_always_lock_free && std::atomic<int>::is_always_lock_free);

bool is_in_foreground() { return ::tcgetpgrp(STDIN_FILENO) == ::getpgrp(); }

/// Turns off line by line reading and the echo, and nothing else: Ctrl-C, Ctrl-Z and Ctrl-\ stay the system's.
bool change_modes() {
  if (is_changed) return true;
  termios modes = {};
  if (!is_in_foreground() || ::tcgetattr(STDIN_FILENO, &modes) != 0) return false;
  saved_modes = modes;
  modes.c_lflag &= ~static_cast<tcflag_t>(ICANON | ECHO);
  modes.c_cc[VMIN] = 1;
  modes.c_cc[VTIME] = 0;
  if (::tcsetattr(STDIN_FILENO, TCSANOW, &modes) != 0) return false;
  is_changed = true;
  return true;
}

void wake_keyboard(char reason) {
  const int saved = errno;
  [[maybe_unused]] const auto written = ::write(keyboard_pipe, &reason, 1);
  errno = saved;
}

extern "C" void on_continue_or_resize(int signal) { wake_keyboard(signal == SIGCONT ? 'c' : 'w'); }

/// Stops as the system would, but with the terminal restored, and goes on with the keys.
extern "C" void on_stop(int signal) {
  const int saved = errno;
  restore_terminal();
  struct sigaction by_default = {}, own = {};
  by_default.sa_handler = SIG_DFL;
  ::sigaction(signal, &by_default, &own);
  sigset_t stopping, before;
  sigemptyset(&stopping);
  sigaddset(&stopping, signal);
  ::pthread_sigmask(SIG_UNBLOCK, &stopping, &before);
  ::raise(signal);  // until SIGCONT
  ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
  ::sigaction(signal, &own, nullptr);
  change_modes();
  wake_keyboard('c');
  errno = saved;
}

extern "C" void on_fatal_signal(int signal) {
  restore_terminal();
  ::signal(signal, SIG_DFL);
  ::raise(signal);
}

/// Sets handlers, and puts the former ones back.
class SignalHandlers {
 public:
  SignalHandlers() {
    set(SIGTSTP, on_stop, Replacing::any);
    set(SIGCONT, on_continue_or_resize, Replacing::any);
    set(SIGWINCH, on_continue_or_resize, Replacing::any);
    // A sanitizer's own handlers stay.
    for (const int signal : {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGQUIT, SIGXCPU, SIGSYS})
      set(signal, on_fatal_signal, Replacing::only_default);
  }
  ~SignalHandlers() {
    for (std::size_t i = 0; i < count_; ++i) ::sigaction(former_[i].signal, &former_[i].action, nullptr);
  }
  SignalHandlers(const SignalHandlers&) = delete;
  SignalHandlers& operator=(const SignalHandlers&) = delete;

 private:
  enum class Replacing { any, only_default };
  struct Former {
    int signal;
    struct sigaction action;
  };

  void set(int signal, void (*handler)(int), Replacing replacing) {
    struct sigaction former = {}, action = {};
    ::sigaction(signal, nullptr, &former);
    if (replacing == Replacing::only_default && former.sa_handler != SIG_DFL) return;
    action.sa_handler = handler;
    action.sa_flags = SA_RESTART;
    sigemptyset(&action.sa_mask);
    ::sigaction(signal, &action, nullptr);
    former_[count_++] = {signal, former};
  }

  std::array<Former, 16> former_ = {};
  std::size_t count_ = 0;
};

class KeyboardWatcher {
 public:
  explicit KeyboardWatcher(Context::KeyHandler on_key) : on_key_(std::move(on_key)) {
    if (::pipe2(ends_, O_CLOEXEC | O_NONBLOCK) != 0)
      throw std::system_error(errno, std::generic_category(), "pipe");
    keyboard_pipe = ends_[1];
    handlers_ = std::make_unique<SignalHandlers>();
    is_on_ = change_modes();
    if (is_on_) on_key_({Key::Kind::resumed});
    thread_ = std::thread([this] { watch(); });
  }
  ~KeyboardWatcher() {
    is_ending_ = true;
    wake_keyboard('e');
    thread_.join();
    restore_terminal();
    handlers_ = nullptr;
    keyboard_pipe = -1;
    ::close(ends_[0]);
    ::close(ends_[1]);
  }
  KeyboardWatcher(const KeyboardWatcher&) = delete;
  KeyboardWatcher& operator=(const KeyboardWatcher&) = delete;

 private:
  void watch() {
    // Reading or setting modes from the background would stop the program.
    sigset_t background;
    sigemptyset(&background);
    sigaddset(&background, SIGTTIN);
    sigaddset(&background, SIGTTOU);
    ::pthread_sigmask(SIG_BLOCK, &background, nullptr);
    while (!is_ending_) {
      pollfd sources[] = {{ends_[0], POLLIN, 0}, {is_on_ && !is_gone_ ? STDIN_FILENO : -1, POLLIN, 0}};
      const int patience = decoder_.is_waiting() ? escape_patience_ms : is_on_ ? -1 : foreground_patience_ms;
      const int ready = ::poll(sources, 2, patience);
      if (ready < 0 && errno != EINTR) return;
      if (ready == 0 && decoder_.is_waiting()) {
        if (const auto key = decoder_.give_up_waiting()) on_key_(*key);
      }
      if (ready == 0 && !is_on_) look_at_foreground();
      if (sources[0].revents != 0) take_signals();
      if (sources[1].revents != 0) take_keys();
    }
  }

  void take_signals() {
    char reasons[64];
    const auto count = ::read(ends_[0], reasons, sizeof reasons);
    for (ssize_t i = 0; i < count; ++i) {
      if (reasons[i] == 'c') look_at_foreground();
      if (reasons[i] == 'w' && is_on_) on_key_({Key::Kind::resized});
    }
  }

  void look_at_foreground() {
    if (is_in_foreground()) {
      const bool was_on = std::exchange(is_on_, change_modes());
      if (is_on_) on_key_({was_on ? Key::Kind::resized : Key::Kind::resumed});
    } else if (std::exchange(is_on_, false)) {
      is_changed = false;  // the terminal is the shell's now, and so are its modes
      on_key_({Key::Kind::suspended});
    }
  }

  void take_keys() {
    char bytes[256];
    const auto count = ::read(STDIN_FILENO, bytes, sizeof bytes);
    if (count < 0 && errno == EINTR) return;
    if (count < 0 && errno == EIO && !is_in_foreground()) return look_at_foreground();
    if (count <= 0) {
      is_gone_ = true;
      return;
    }
    for (const Key& key : decoder_.feed({bytes, static_cast<std::size_t>(count)})) on_key_(key);
  }

  Context::KeyHandler on_key_;
  int ends_[2] = {-1, -1};
  std::unique_ptr<SignalHandlers> handlers_;
  std::atomic<bool> is_ending_ = false;
  bool is_on_ = false;
  bool is_gone_ = false;  // the terminal was closed
  KeyDecoder decoder_;
  std::thread thread_;
};

}  // namespace

std::shared_ptr<void> watch_keyboard(Context::KeyHandler on_key) {
  return std::make_shared<KeyboardWatcher>(std::move(on_key));
}

void restore_terminal() {
  if (!is_changed.exchange(false)) return;
  const int saved = errno;
  // Each write of ours ends with the status line, so the cursor is on it.
  constexpr char erase_line[] = "\r\x1b[K";
  [[maybe_unused]] const auto written = ::write(STDOUT_FILENO, erase_line, sizeof erase_line - 1);
  ::tcsetattr(STDIN_FILENO, TCSANOW, &saved_modes);
  errno = saved;
}

}  // namespace alohook
