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

/// The events of a file, or of standard input for `-`. A journal is read as it is used, one event a line. A HAR file, and
/// a journal that a tool has made an array or pretty-printed JSON of, is read whole. Which one it is shows at its start.
/// Events that can't be read are noted. What is appended after the reading began is not read: replaying a journal to the
/// listener that writes it would never end otherwise.
class Recording {
 public:
  /// Takes a line for people about what was skipped.
  using Note = std::function<void(std::string_view line)>;

  /// `standard_input` is read for the path `-`. Throws Error when the file can't be read.
  Recording(const std::string& path, std::istream& standard_input, Note note);

  /// Returns the next event, nullopt at the end; throws Error when nothing in the file is an event.
  /// Those of HAR have no id and no verdict. Requests other than POST are skipped with one note, requests whose body is
  /// missing with one note each.
  std::optional<RecordedEvent> next();

  /// Returns the file's name, for people.
  const std::string& name() const { return path_; }

  /// Returns how much has been read, from 0 to 1; nullopt for a pipe.
  std::optional<double> progress() const;

  /// Returns the number of POST requests that were skipped because the capture lacks their body.
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
  std::optional<JournalReader> journal_;
  std::vector<RecordedEvent> events_;  // of what was read whole
  std::size_t next_ = 0;
  std::size_t incomplete_ = 0;
};

/// Returns the events of these ids (4 characters of one at least, when they fit one alone), in the order of the
/// recording, which is read to its end. Throws Error when one is too short, fits several, or is not there.
std::deque<RecordedEvent> find_events(const std::vector<std::string>& ids, Recording& recording);

}  // namespace alohook
