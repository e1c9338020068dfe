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

/// Waits for sockets, times and other threads, and calls whoever waits for them, on the thread that runs it.
///
/// A socket is registered once. Its watcher hears of each change for the better, not of a state: whoever leaves bytes
/// unread has to remember them. So a request on a kept-alive connection costs no system call but to wait, to read and to
/// write. (Boost.Asio tells the system each time that it waits.)
class Loop {
 public:
  using Clock = std::chrono::steady_clock;
  using Job = std::function<void()>;

  /// Hears of one socket.
  class Watcher {
   public:
    virtual ~Watcher() = default;
    /// Bytes may have arrived, or there may be room for some; with `is_over`, nothing will arrive after what is here.
    virtual void on_ready(bool is_over) = 0;
  };
  /// A socket that is watched; never used again. 0 is none.
  using Watch = std::uint64_t;
  /// A job that is to be done at a time; never used again.
  using Timer = std::pair<Clock::time_point, std::uint64_t>;

  /// Throws std::system_error when the system is out of resources.
  Loop();
  ~Loop();
  Loop(const Loop&) = delete;
  Loop& operator=(const Loop&) = delete;

  /// Watches a socket that doesn't block, until `forget`, which has to come before the socket is closed. The watcher is
  /// called soon. Throws std::system_error.
  Watch watch(int descriptor, Watcher& watcher);
  void forget(Watch watch) { watchers_.erase(watch); }
  /// Calls the watcher again, after what is due now.
  void call_again(Watch watch) { again_.push_back(watch); }

  Timer at(Clock::time_point time, Job job);
  void cancel(const Timer& timer) { timers_.erase(timer); }

  /// Does a job on the loop. Safe from any thread.
  void post(Job job);

  /// Runs until `stop`. An exception of whoever is called comes out; a further call goes on after it.
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
  std::vector<Event> events_;  // from the last one on, those that are to be told of
  std::vector<Watch> again_;
  std::map<Timer, Job> timers_;
  std::uint64_t last_timer_ = 0;
  std::mutex mutex_;
  std::vector<Job> posted_;  // guarded by `mutex_`
  std::vector<Job> jobs_;    // those of them that are to be done now, the first one last
  bool is_stopped_ = false;
};

}  // namespace alohook
