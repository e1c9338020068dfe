#pragma once
#include <cstdint>
#include <deque>
#include <fstream>
#include <functional>
#include <istream>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "journal/reader.h"

namespace alohook {

/// The events of a file, or of standard input for `-`. A journal with one event per line is read as it is consumed. A
/// HAR file, and a journal that a tool has turned into an array or pretty-printed, is read as a whole. The format is
/// recognized from the start of the file. Unreadable events are reported. Nothing appended after reading began is read:
/// otherwise, replaying a journal to the listener that writes it would never end.
class Recording {
 public:
  /// Receives a line for the user about what was skipped.
  using Note = std::function<void(std::string_view line)>;

  /// `standard_input` is read if the path is `-`. Throws Error if the file can't be read.
  Recording(const std::string& path, std::istream& standard_input, Note note);

  /// Returns the next event; nullopt at the end. Throws Error at the end if there were unreadable events and no
  /// readable one. HAR events have no ID and no verdict. Requests that aren't POST are reported in a single note, and
  /// requests without their body in one note each, up to 10.
  std::optional<RecordedEvent> next();

  /// Returns the file's name, for display.
  const std::string& name() const { return path_; }

  /// Returns how much has been read, from 0 to 1; nullopt for a pipe.
  std::optional<double> progress() const;

  /// Returns the number of POST requests that were skipped because their body is missing or damaged.
  std::size_t incomplete() const { return incomplete_; }

 private:
  void open(const std::string& path);
  void take_har(const std::string& text);
  void take_values(std::string_view text);
  void note_damage(std::string_view unit, std::uint64_t number, JournalDamage damage);

  std::string path_;
  Note note_;
  std::ifstream file_;
  std::istream& in_;
  std::optional<std::uint64_t> size_;  // nullopt for a pipe
  std::uint64_t damaged_ = 0;
  bool has_events_ = false;
  std::vector<std::string> held_notes_;  ///< until there is an event, or a part of one
  bool has_torn_ = false;                ///< a part of an event
  std::optional<JournalReader> journal_;
  std::vector<RecordedEvent> events_;  // of a file that is read as a whole
  std::size_t next_ = 0;
  std::size_t incomplete_ = 0;
};

/// Returns the events with these IDs, in the order of the recording, which is read to its end. An ID may be abbreviated
/// to 4 or more characters if it stays unique. Throws Error if one is too short, ambiguous, or not found.
std::deque<RecordedEvent> find_events(const std::vector<std::string>& ids, Recording& recording);

}  // namespace alohook
