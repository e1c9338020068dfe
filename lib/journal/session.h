#pragma once
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <system_error>

namespace alohook {

/// How much a session journal keeps. Older events are dropped.
struct SessionLimits {
  std::size_t events = 1000;
  std::size_t bytes = 64 << 20;
};

/// The journal of an interactive listener. Keeps only the newest events. Several listeners may share a file. Not
/// thread-safe.
class SessionJournal {
 public:
  /// Opens the file, or creates it with mode 0600. Throws Error if it isn't writable.
  explicit SessionJournal(std::string path, SessionLimits limits = {});
  /// Drops what exceeds the limits.
  ~SessionJournal();
  SessionJournal(const SessionJournal&) = delete;
  SessionJournal& operator=(const SessionJournal&) = delete;

  /// Appends a line, given without its newline. Ignores a line that is longer than the size limit.
  std::error_code append(std::string_view line);

  const std::string& path() const { return path_; }

 private:
  void look_at_size();
  std::error_code drop_old(std::size_t max_events, std::size_t max_bytes);

  std::string path_;
  SessionLimits limits_;
  int descriptor_ = -1;
  // The state of the file when this program last looked. Other listeners write to it, too.
  std::uint64_t known_size_ = 0;
  std::size_t known_lines_ = 0;
  std::string known_head_;
};

}  // namespace alohook
