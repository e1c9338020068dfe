#pragma once
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace alohook {

/// Where the events of a journal begin, so that a file of any size can be read from its end, and followed as it grows.
/// Takes 8 bytes an event, and only for those that were asked for. Lines that aren't events are passed over. Not for
/// use by two threads at once.
class JournalIndex {
 public:
  /// One line of the journal, without its newline.
  struct Line {
    std::uint64_t offset;
    std::string text;
  };

  /// Opens a journal. What it holds now counts backwards: 0 is its last event, −1 the one before. Throws Error when the
  /// file can't be read.
  explicit JournalIndex(const std::string& path);
  ~JournalIndex();
  JournalIndex(const JournalIndex&) = delete;
  JournalIndex& operator=(const JournalIndex&) = delete;

  /// Returns the event under a number at or below 0; nullopt before the journal's first one.
  std::optional<Line> older(std::int64_t n);

  /// Returns the line that begins at an offset; nullopt when the file no longer has it.
  std::optional<Line> at(std::uint64_t offset) const;

  /// Returns the number of the newest event, at or below 0, whose id starts with `id`.
  std::optional<std::int64_t> find(std::string_view id);

  /// Returns the lines that were appended since the last call, whole ones only, about 4 MiB at most.
  std::vector<Line> appended();

  /// Returns the line with this whole id among those that were appended since the index was opened.
  std::optional<Line> appended_with(std::string_view id);

  /// The size of the file in bytes, now.
  std::uint64_t size() const;

 private:
  bool extend();
  void index_appended();
  std::string read(std::uint64_t from, std::uint64_t to) const;

  int descriptor_ = -1;
  std::deque<std::uint64_t> offsets_;  // of the numbers 0, −1, −2 …
  std::uint64_t begin_ = 0;            // lines from here to the journal's initial end are in offsets_
  std::uint64_t tail_ = 0;  // what is before this was there at the start or has been returned by appended()
  std::uint64_t indexed_ = 0;  // appended lines before this are in by_id_
  std::unordered_map<std::string, std::uint64_t> by_id_;
};

}  // namespace alohook
