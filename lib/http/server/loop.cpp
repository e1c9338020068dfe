#include "http/server/loop.h"

#include <fcntl.h>
#include <unistd.h>
#ifdef __linux__
#include <sys/epoll.h>
#else
#include <sys/event.h>
#endif

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>
#include <limits>
#include <system_error>

namespace alohook {
namespace {

constexpr Loop::Watch of_pipe = 0;
constexpr int most_events = 128;  // per system call

[[noreturn]] void fail() { throw std::system_error(errno, std::generic_category()); }

void set_flags(int descriptor) {
  fcntl(descriptor, F_SETFD, FD_CLOEXEC);
  fcntl(descriptor, F_SETFL, O_NONBLOCK);
}

#ifdef __linux__

int new_poller() { return ::epoll_create1(EPOLL_CLOEXEC); }

bool register_at(int poller, int descriptor, Loop::Watch watch) {
  epoll_event event{.events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET, .data = {.u64 = watch}};
  return ::epoll_ctl(poller, EPOLL_CTL_ADD, descriptor, &event) == 0;
}

template <typename Add>
void poll(int poller, int patience_ms, const Add& add) {
  std::array<epoll_event, most_events> found;
  const int count = ::epoll_wait(poller, found.data(), most_events, patience_ms);
  for (int i = 0; i < count; ++i)
    add(found[i].data.u64, (found[i].events & (EPOLLRDHUP | EPOLLHUP | EPOLLERR)) != 0);
}

#else

int new_poller() {
  const int poller = ::kqueue();
  if (poller >= 0) fcntl(poller, F_SETFD, FD_CLOEXEC);
  return poller;
}

bool register_at(int poller, int descriptor, Loop::Watch watch) {
  struct kevent changes[2];
  void* const data =
      reinterpret_cast<void*>(static_cast<std::uintptr_t>(watch));  // NOLINT(performance-no-int-to-ptr)
  EV_SET(&changes[0], descriptor, EVFILT_READ, EV_ADD | EV_CLEAR, 0, 0, data);
  EV_SET(&changes[1], descriptor, EVFILT_WRITE, EV_ADD | EV_CLEAR, 0, 0, data);
  const int count = watch == of_pipe ? 1 : 2;  // one end of a pipe can only be read
  return ::kevent(poller, changes, count, nullptr, 0, nullptr) == 0;
}

template <typename Add>
void poll(int poller, int patience_ms, const Add& add) {
  std::array<struct kevent, most_events> found;
  const timespec patience{.tv_sec = patience_ms / 1000, .tv_nsec = patience_ms % 1000 * 1'000'000L};
  const int count =
      ::kevent(poller, nullptr, 0, found.data(), most_events, patience_ms < 0 ? nullptr : &patience);
  for (int i = 0; i < count; ++i)
    add(static_cast<Loop::Watch>(reinterpret_cast<std::uintptr_t>(found[i].udata)),
        (found[i].flags & EV_EOF) != 0);
}

#endif

}  // namespace

Loop::Loop() : poller_(new_poller()) {
  if (poller_ < 0) fail();
  if (::pipe(pipe_) != 0) {
    const int error = errno;
    ::close(poller_);
    throw std::system_error(error, std::generic_category());
  }
  for (const int end : pipe_) set_flags(end);
  register_at(poller_, pipe_[0], of_pipe);
}

Loop::~Loop() {
  for (const int descriptor : {poller_, pipe_[0], pipe_[1]}) ::close(descriptor);
}

Loop::Watch Loop::watch(int descriptor, Watcher& watcher) {
  const Watch watch = ++last_watch_;
  watchers_.emplace(watch, &watcher);
  if (register_at(poller_, descriptor, watch)) return watch;
  const int error = errno;
  watchers_.erase(watch);
  throw std::system_error(error, std::generic_category());
}

Loop::Timer Loop::at(Clock::time_point time, Job job) {
  const Timer timer(time, ++last_timer_);
  timers_.emplace(timer, std::move(job));
  return timer;
}

void Loop::post(Job job) {
  const std::lock_guard lock(mutex_);
  posted_.push_back(std::move(job));
  if (posted_.size() > 1) return;  // the loop is already being woken
  const char byte = 0;
  [[maybe_unused]] const ssize_t count = ::write(pipe_[1], &byte, 1);
}

void Loop::run() {
  while (!is_stopped_) {
    do_posted();
    do_due();
    while (!events_.empty() && !is_stopped_) {
      const Event event = events_.back();
      events_.pop_back();
      call(event);
    }
    if (!is_stopped_) wait();
  }
}

void Loop::call(const Event& event) {
  // The watcher may have been removed since the system reported the event.
  if (const auto found = watchers_.find(event.watch); found != watchers_.end())
    found->second->on_ready(event.is_over);
}

/// Fills `events_`.
void Loop::wait() {
  const int patience = patience_ms();
  for (const Watch watch : again_) events_.push_back({watch, false});
  again_.clear();
  poll(poller_, patience, [this](Watch watch, bool is_over) {
    if (watch != of_pipe) return events_.push_back({watch, is_over});
    char bytes[64];  // one byte for each wake-up; there are never this many
    [[maybe_unused]] const ssize_t count = ::read(pipe_[0], bytes, sizeof bytes);
  });
  std::ranges::reverse(events_);
}

/// Returns how long to wait for events, in milliseconds; -1 is forever.
int Loop::patience_ms() const {
  if (!again_.empty()) return 0;
  if (timers_.empty()) return -1;
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(timers_.begin()->first.first - Clock::now());
  return static_cast<int>(std::clamp<std::int64_t>(left.count(), 0, std::numeric_limits<int>::max()));
}

void Loop::do_due() {
  if (timers_.empty()) return;
  const Clock::time_point now = Clock::now();
  while (!timers_.empty() && timers_.begin()->first.first <= now && !is_stopped_) {
    const Job job = std::move(timers_.begin()->second);
    timers_.erase(timers_.begin());
    job();
  }
}

void Loop::do_posted() {
  if (jobs_.empty()) {
    const std::lock_guard lock(mutex_);
    jobs_.swap(posted_);
    std::ranges::reverse(jobs_);
  }
  while (!jobs_.empty() && !is_stopped_) {
    const Job job = std::move(jobs_.back());
    jobs_.pop_back();
    job();
  }
}

}  // namespace alohook
