#pragma once
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace alohook {

/// The offsets of a journal's events, so that a file of any size can be read from the end and followed as it grows.
/// Uses 8 bytes of memory for each event visited. Skips lines that aren't events. Not thread-safe.
class JournalIndex {
 public:
  /// A line of the journal, without its newline.
  struct Line {
    std::uint64_t offset;
    std::string text;
  };

  /// Opens a journal. Existing events are numbered backward: 0 is the last one, −1 the one before it. Throws Error if
  /// the file can't be read.
  explicit JournalIndex(const std::string& path);
  ~JournalIndex();
  JournalIndex(const JournalIndex&) = delete;
  JournalIndex& operator=(const JournalIndex&) = delete;

  /// Returns the event with a number at or below 0; nullopt before the journal's first event.
  std::optional<Line> older(std::int64_t n);

  /// Returns the line that starts at an offset; nullopt if the file no longer contains it.
  std::optional<Line> at(std::uint64_t offset) const;

  /// Returns the number of the newest event, at or below 0, whose ID starts with `id`.
  std::optional<std::int64_t> find(std::string_view id);

  /// Returns the events appended since the last call, complete lines only. Reads about 4 MiB per call, or more for a
  /// longer line.
  std::vector<Line> appended();

  /// Returns the line with exactly this ID, if it was appended after the index was opened.
  std::optional<Line> appended_with(std::string_view id);

  /// Returns the current size of the file in bytes.
  std::uint64_t size() const;

 private:
  bool extend();
  void index_appended();
  std::string read(std::uint64_t from, std::uint64_t to) const;

  int descriptor_ = -1;
  std::deque<std::uint64_t> offsets_;  // of events 0, −1, −2 …
  std::uint64_t begin_ = 0;            // lines from here to the journal's initial end are in offsets_
  std::uint64_t tail_ = 0;     // everything before this existed initially or was returned by appended()
  std::uint64_t indexed_ = 0;  // appended lines before this are in by_id_
  std::unordered_map<std::string, std::uint64_t> by_id_;
};

}  // namespace alohook
