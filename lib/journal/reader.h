#pragma once
#include <cstddef>
#include <cstdint>
#include <functional>
#include <istream>
#include <limits>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "http/message.h"
#include "journal/event_json.h"
#include "signing/signature.h"

namespace alohook {

/// An event from a journal, with its exact bytes.
struct RecordedEvent {
  std::string id;
  Time received_at;
  Request request;
  std::optional<std::string> type;
  std::string verdict;  ///< at the time of recording: `valid`, `stale` …; empty if it wasn't recorded
  std::optional<Encoding> encoding;  ///< of the signature, if it could be parsed
  // What else the journal contains; empty if it doesn't.
  std::string remote = {};
  Verification verification = {};  ///< meaningful only if `verdict` isn't empty
  std::vector<Cause> causes = {};  ///< without their fixes
  int status = 0;
  std::string fault = {};
  std::chrono::microseconds took{0};
  std::optional<Forwarding> forward = {};  ///< its response's body as far as it was recorded
  bool is_withheld = false;
  bool is_from_page = false;
};

/// Converts the event to what the listener had.
ReceivedEvent as_received(RecordedEvent event);

/// Returns the last readable event of a file, or nullopt. Reads no more of the file than necessary. Throws Error if the
/// file can't be read.
std::optional<RecordedEvent> read_last_event(const std::string& path);

/// Parses a line of a journal, schema 1, without its newline. Ignores unknown keys. Returns nullopt if it isn't an
/// event.
std::optional<RecordedEvent> read_journal_line(std::string_view line);

/// Why a line of a journal is unreadable.
enum class JournalDamage {
  malformed,  ///< not an event of schema 1
  torn,       ///< truncated, because the writer was killed or the disk was full
  too_long,   ///< longer than `JournalReader::max_line`
};

/// Reads a journal event by event, with only one line in memory. Reports and skips unreadable lines, but finds an event
/// that was appended to a truncated line.
class JournalReader {
 public:
  static constexpr std::size_t max_line = 128 << 20;

  /// Called for each line that is skipped. Lines are counted from 1.
  using DamageHandler = std::function<void(std::uint64_t line, JournalDamage damage)>;

  /// Reads to the end of the stream.
  static constexpr std::uint64_t no_end = std::numeric_limits<std::uint64_t>::max();

  /// `read_before` has already been taken off the stream. Stops reading at offset `end`: otherwise, replaying a journal
  /// to the listener that writes it would never end.
  JournalReader(std::istream& in, DamageHandler on_damage, std::string read_before = {},
                std::uint64_t end = no_end);

  /// Returns the next event; nullopt at the end.
  std::optional<RecordedEvent> next();

  /// Returns how many bytes were taken off the stream, including `read_before`.
  std::uint64_t bytes_read() const { return bytes_read_; }

 private:
  enum class Line { whole, unended, too_long, none };

  bool fill();
  Line take_line();
  std::optional<RecordedEvent> read(Line kind);

  std::istream& in_;
  DamageHandler on_damage_;
  std::string input_;
  std::size_t input_at_ = 0;
  std::string_view line_;  // in input_, without its newline; valid until the next line is taken
  std::uint64_t line_number_ = 0;
  std::uint64_t bytes_read_ = 0;
  std::uint64_t end_;
};

}  // namespace alohook
