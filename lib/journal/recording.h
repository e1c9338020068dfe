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

/// The events of a file, or of standard input for `-`: a journal, which is read as it is used, or a HAR file, which is
/// read whole. Which one it is shows at its start. Lines of a journal that can't be read are noted.
class Recording {
 public:
  /// Takes a line for people about what was passed over.
  using Note = std::function<void(std::string_view line)>;

  /// `standard_input` is read for the path `-`. Throws Error when the file can't be read.
  Recording(const std::string& path, std::istream& standard_input, Note note);

  /// Returns the next event, nullopt at the end; throws Error when nothing in the file is an event.
  /// Those of HAR have no id and no verdict, and requests other than POST are passed over with one note.
  std::optional<RecordedEvent> next();

  /// The file's name, for people.
  const std::string& name() const { return path_; }

  /// How much of the file has been read, from 0 to 1; nullopt for standard input.
  std::optional<double> progress() const;

 private:
  std::istream& open(const std::string& path, std::istream& standard_input);
  void tell_of(std::uint64_t line, JournalDamage damage);

  std::string path_;
  Note note_;
  std::uint64_t size_ = 0;  // of a regular file; set by open(), which in_ calls
  std::ifstream file_;
  std::istream& in_;
  std::uint64_t damaged_ = 0;
  bool has_events_ = false;
  std::optional<JournalReader> journal_;
  std::vector<RecordedEvent> har_;
  std::size_t har_at_ = 0;
};

/// Returns the events of these ids (6 characters of one at least, when they fit one alone), in the order of the
/// recording, which is read to its end. Throws Error when one is too short, fits several, or is not there.
std::deque<RecordedEvent> find_events(const std::vector<std::string>& ids, Recording& recording);

}  // namespace alohook
