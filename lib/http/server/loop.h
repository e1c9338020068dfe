#pragma once
// Part of server.cpp: the event loop.
#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <unordered_map>
#include <utility>
#include <vector>

namespace alohook {

/// The event loop: waits for sockets, timers and jobs from other threads, and runs their callbacks on its own thread.
///
/// A socket is registered once, edge-triggered: its watcher is called when something changes, not while it stays so. A
/// watcher that leaves bytes unread has to remember that there are more. This way a request on a kept-alive connection
/// costs three system calls: wait, receive and send. (Boost.Asio needs a fourth, to wait again.)
class Loop {
 public:
  using Clock = std::chrono::steady_clock;
  using Job = std::function<void()>;

  /// Is called when a socket may be ready.
  class Watcher {
   public:
    virtual ~Watcher() = default;
    /// Bytes may have arrived, or there may be room to send. With `is_over`, the other side has ended its sending.
    virtual void on_ready(bool is_over) = 0;
  };
  /// Identifies a watched socket. Never reused; 0 is none.
  using Watch = std::uint64_t;
  /// Identifies a job that runs at a certain time. Never reused.
  using Timer = std::pair<Clock::time_point, std::uint64_t>;

  /// Throws std::system_error if the system is out of resources.
  Loop();
  ~Loop();
  Loop(const Loop&) = delete;
  Loop& operator=(const Loop&) = delete;

  /// Watches a non-blocking socket. Call `forget` before the socket is closed. The watcher is called for the first time
  /// soon after this. Throws std::system_error.
  Watch watch(int descriptor, Watcher& watcher);
  void forget(Watch watch) { watchers_.erase(watch); }
  /// Calls the watcher once more, after the events that are already due.
  void call_again(Watch watch) { again_.push_back(watch); }

  /// Runs a job at this time, or soon after it.
  Timer at(Clock::time_point time, Job job);
  void cancel(const Timer& timer) { timers_.erase(timer); }

  /// Runs a job on the loop's thread. Can be called from any thread.
  void post(Job job);

  /// Runs until `stop`. Lets exceptions of callbacks through; call it again to continue after one.
  void run();
  void stop() { is_stopped_ = true; }
  bool is_stopped() const { return is_stopped_; }

 private:
  struct Event {
    Watch watch;
    bool is_over;
  };

  void wait();
  int patience_ms() const;
  void do_due();
  void do_posted();
  void call(const Event& event);

  int poller_ = -1;         // an epoll or kqueue
  int pipe_[2] = {-1, -1};  // wakes the loop
  std::unordered_map<Watch, Watcher*> watchers_;
  Watch last_watch_ = 0;
  std::vector<Event> events_;  // still to be handled, the next one last
  std::vector<Watch> again_;
  std::map<Timer, Job> timers_;
  std::uint64_t last_timer_ = 0;
  std::mutex mutex_;
  std::vector<Job> posted_;  // guarded by `mutex_`
  std::vector<Job> jobs_;    // taken from `posted_` to run now, the next one last
  bool is_stopped_ = false;
};

}  // namespace alohook
