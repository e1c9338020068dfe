#pragma once
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "journal/tail.h"

namespace alohook {

/// The offsets of a journal's events, so that a file of any size can be read from the end and followed as it grows. Uses
/// 8 bytes of memory for each event visited, and about 40 for each one appended. Skips lines that aren't events. If the
/// journal is moved away, it can still be read, and the file that replaces it is followed. Events that are overwritten
/// in place are gone. Not thread-safe.
class JournalIndex {
 public:
  using Line = JournalLine;

  /// Opens a journal. Existing events are numbered backward: 0 is the last one, −1 the one before it. Throws Error if
  /// the file can't be read.
  explicit JournalIndex(const std::string& path);

  /// Returns the event with a number at or below 0; nullopt before the journal's first event.
  std::optional<Line> older(std::int64_t n);

  /// Returns the number of the newest event, at or below 0, whose ID starts with `id`.
  std::optional<std::int64_t> find(std::string_view id);

  /// Returns the events appended since the last call, complete lines only. Reads about 4 MiB per call, or more for a
  /// longer line.
  std::vector<Line> appended();

  /// Returns the line with exactly this ID, if it was appended after the index was opened.
  std::optional<Line> appended_with(std::string_view id);

 private:
  /// Where an appended line begins, in which generation of the journal.
  struct Place {
    std::uint32_t generation;
    std::uint64_t offset;
  };
  bool extend();
  bool is_intact() const;

  std::shared_ptr<const OffsetFile> file_;  // what had the path's name at the start
  std::deque<std::uint64_t> offsets_;       // of the numbers 0, −1, −2 …
  std::uint64_t begin_ = 0;                 // lines from here to the journal's initial end are in offsets_
  std::uint64_t end_ = 0;                   // the initial end
  std::string head_;                        // what the file begins with
  std::optional<JournalTail> following_;    // of appended()
  std::optional<JournalTail> indexing_;     // of by_id_
  std::unordered_map<std::uint64_t, Place> by_id_;  // of appended lines, by a hash of their ids
};

}  // namespace alohook
