#pragma once
#include <cstdint>
#include <fstream>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "console.h"
#include "context.h"
#include "things/journal_reader.h"

namespace alohook {

/// The events of a file, or of standard input for `-`: a journal, which is read as it is used, or a HAR file, which is
/// read whole. Which one it is shows at its start. Lines of a journal that can't be read are told on stderr.
class Recording {
 public:
  /// Throws Error when the file can't be read.
  Recording(const std::string& path, Console& console, Context& context);

  /// Returns the next event, nullopt at the end; throws Error when nothing in the file is an event.
  /// Those of HAR have no id and no verdict, and requests other than POST are passed over with one note.
  std::optional<RecordedEvent> next();

  /// How much of the file has been read, from 0 to 1; nullopt for standard input.
  std::optional<double> progress() const;

 private:
  std::istream& open(const std::string& path, Context& context);
  void tell_of(std::uint64_t line, JournalDamage damage);

  std::string path_;
  Console& console_;
  std::ifstream file_;
  std::istream& in_;
  std::uint64_t size_ = 0;  // of a regular file
  std::uint64_t damaged_ = 0;
  bool has_events_ = false;
  std::optional<JournalReader> journal_;
  std::vector<RecordedEvent> har_;
  std::size_t har_at_ = 0;
};

/// Returns the event with this id, or the only one whose id starts with it (6 characters at least).
/// Throws Error when there is none, or several.
RecordedEvent find_event(const std::string& path, const std::string& id, Console& console, Context& context);

/// Returns whether `wanted`, a whole id or at least 6 characters of its start, means this one.
bool is_id(std::string_view wanted, std::string_view id);

/// Throws Error when `wanted` is too short to mean one event.
void check_id(std::string_view wanted);

}  // namespace alohook
