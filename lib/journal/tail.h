#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

namespace alohook {

/// One line of a journal, without its newline.
struct JournalLine {
  std::uint64_t offset;
  std::string text;
};

/// How alohook starts each event's line. The ID follows.
inline constexpr std::string_view event_line_start = R"({"schema":1,"id":")";

/// Returns whether a journal's line is an event.
bool is_event_line(std::string_view line);

/// Returns the ID of an event's line; empty for any other line.
std::string id_of_line(std::string_view line);

/// A file that is read by offset while others write to it.
class OffsetFile {
 public:
  /// Check `is_open` before anything else.
  explicit OffsetFile(const std::string& path);
  ~OffsetFile();
  OffsetFile(const OffsetFile&) = delete;
  OffsetFile& operator=(const OffsetFile&) = delete;

  bool is_open() const { return descriptor_ >= 0; }
  /// Returns why the file isn't open.
  std::error_code error() const { return error_; }
  std::uint64_t size() const;
  /// Returns the bytes of a range; fewer at the end of the file.
  std::string read(std::uint64_t from, std::uint64_t to) const;
  /// Returns the line that starts at an offset; nullopt if it isn't complete.
  std::optional<JournalLine> line(std::uint64_t offset) const;
  /// Returns whether a path names this very file.
  bool is_named(const std::string& path) const;
  /// Locks out writing listeners, if the file system supports locks. For std::lock_guard.
  void lock() const;
  void unlock() const;

 private:
  int descriptor_ = -1;
  std::error_code error_;
};

/// Follows the lines appended to a journal, also when the file is truncated or rewritten in place, as an interactive
/// listener does, and when it is moved away and recreated, as log rotation does. Not thread-safe.
class JournalTail {
 public:
  /// What a tail returns after the journal was rewritten.
  enum class Rewritten {
    unseen,  ///< the lines after the last one that was returned, if the journal still has that
    whole,   ///< all lines
  };

  /// Follows the file at `path`, currently `file`, starting at an offset. `last` is the event's line before it.
  JournalTail(std::string path, std::shared_ptr<const OffsetFile> file, std::uint64_t from,
              std::string_view last, Rewritten rewritten);

  /// Returns the lines appended since the last call, complete lines only. Reads about 4 MiB per call.
  std::vector<JournalLine> take();

  /// Counts how often the journal was rewritten or recreated. An offset is valid only within its generation.
  std::uint32_t generation() const { return generation_; }
  const OffsetFile& file() const { return *file_; }

 private:
  bool is_same() const;
  bool has_successor();
  void restart();
  void note_last(std::string_view line);

  std::string path_;
  std::shared_ptr<const OffsetFile> file_;
  std::uint64_t position_;
  std::string head_;  // what the file begins with
  std::string last_;  // the beginning of the newest event's line
  Rewritten rewritten_;
  std::uint32_t generation_ = 0;
};

}  // namespace alohook
