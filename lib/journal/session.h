#pragma once
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <system_error>

namespace alohook {

/// How much a session journal keeps; older events are dropped.
struct SessionLimits {
  std::size_t events = 1000;
  std::size_t bytes = 64 << 20;
};

/// The journal of an interactive listener, which keeps only the newest events. Any number of listeners may share one
/// file. Not for use by two threads at once.
class SessionJournal {
 public:
  /// Opens the file, or creates it with mode 0600. Throws Error when it can't be written to.
  explicit SessionJournal(std::string path, SessionLimits limits = {});
  /// Drops what is over the limits.
  ~SessionJournal();
  SessionJournal(const SessionJournal&) = delete;
  SessionJournal& operator=(const SessionJournal&) = delete;

  /// Appends a line, given without its newline. A line that is longer than the limit is left out.
  std::error_code append(std::string_view line);

  const std::string& path() const { return path_; }

 private:
  void look_at_size();
  std::error_code drop_old(std::size_t max_events, std::size_t max_bytes);

  std::string path_;
  SessionLimits limits_;
  int descriptor_ = -1;
  // What the file held when this program last looked: other listeners write to it, too.
  std::uint64_t known_size_ = 0;
  std::size_t known_lines_ = 0;
  std::string known_head_;
};

}  // namespace alohook
