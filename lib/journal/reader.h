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

/// An event as a journal has it, its bytes exact.
struct RecordedEvent {
  std::string id;
  Time received_at;
  Request request;
  std::optional<std::string> type;
  std::string verdict;  ///< when it was recorded: `valid`, `stale` …; empty when that is not told
  std::optional<Encoding> encoding;  ///< of the signature as it arrived, when it could be read
  // What the journal tells besides; empty when it doesn't.
  std::string remote = {};
  Verification verification = {};  ///< meaningful with a `verdict`
  std::vector<Cause> causes = {};  ///< without their fixes
  int status = 0;
  std::string fault = {};
  std::chrono::microseconds took{0};
  std::optional<Forwarding> forward = {};  ///< its response's body as far as it was recorded
  bool is_withheld = false;
  bool is_from_page = false;
};

/// Returns the event as the listener had it.
ReceivedEvent as_received(RecordedEvent event);

/// Returns the last event of a file that can be read, or nullopt; reads no more of the file than it needs.
/// Throws Error when the file can't be read.
std::optional<RecordedEvent> read_last_event(const std::string& path);

/// Reads one line of a journal, schema 1, without its newline; unknown keys are ignored.
/// Returns nullopt when it is not one.
std::optional<RecordedEvent> read_journal_line(std::string_view line);

/// What makes a line of a journal unreadable.
enum class JournalDamage {
  malformed,  ///< not an event of schema 1
  torn,       ///< truncated: the writer was killed or the disk was full
  too_long,   ///< longer than `JournalReader::max_line`
};

/// Reads a journal event by event; memory holds one line at a time. Lines that can't be read are reported and skipped,
/// and an event that was appended to a truncated line is still found.
class JournalReader {
 public:
  static constexpr std::size_t max_line = 128 << 20;

  /// Told for each line that is skipped; lines are counted from 1.
  using DamageHandler = std::function<void(std::uint64_t line, JournalDamage damage)>;

  /// Until there is no more.
  static constexpr std::uint64_t no_end = std::numeric_limits<std::uint64_t>::max();

  /// `read_before` is what has been taken off the stream already. No byte from `end` on is read: replaying a journal to
  /// the listener that writes it would never end otherwise.
  JournalReader(std::istream& in, DamageHandler on_damage, std::string read_before = {},
                std::uint64_t end = no_end);

  /// Returns the next event, nullopt at the end.
  std::optional<RecordedEvent> next();

  /// How many bytes of the stream have been taken, those `read_before` included.
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
  std::string_view line_;  // in input_, without its end; holds until the next one is taken
  std::uint64_t line_number_ = 0;
  std::uint64_t bytes_read_ = 0;
  std::uint64_t end_;
};

}  // namespace alohook
