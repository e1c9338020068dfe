#pragma once
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/bounded_queue.h"
#include "base/thread.h"
#include "journal/event_json.h"
#include "journal/file.h"

namespace alohook {

/// Writes events to a journal on a separate thread, so that a slow disk doesn't block an event loop. Events that are
/// waiting at the same time are written and synced together.
class Recorder {
 public:
  /// The outcome of recording an event.
  struct Outcome {
    std::string_view error;  ///< why it isn't in the journal, or couldn't be synced; empty on success
    std::string_view line;   ///< the event as JSON, without a newline; valid during the call
  };
  /// Called once for each event, on the recorder's thread.
  using Done = std::function<void(const Outcome&)>;
  /// Reports that the journal had to be created again, or has become large; called on the recorder's thread.
  using Note = std::function<void(std::string_view line)>;
  /// How many bytes one run writes until there is a note of it: anyone who reaches a listener can fill its disk.
  static constexpr std::uint64_t default_large = std::uint64_t{1} << 30;

  /// There is a note after `large` bytes and each time that they have doubled. Throws Error if the thread can't be
  /// started.
  Recorder(std::unique_ptr<JournalFile> file, Note note, std::uint64_t large = default_large);
  /// Waits until all is written, and drops exceptions of `Done`.
  ~Recorder() { jobs_.close(); }
  Recorder(const Recorder&) = delete;
  Recorder& operator=(const Recorder&) = delete;

  /// Records an event, which must not change until `done` is called. Blocks while too many bytes are waiting. Can be
  /// called from any thread except the recorder's own.
  void record(std::shared_ptr<const ReceivedEvent> event, Done done);

  /// Returns how many threads are blocked in `record`.
  std::size_t blocked() const { return jobs_.blocked(); }

  /// Waits until everything is written and ends the thread. Don't call `record` afterwards. Rethrows the first
  /// exception thrown by a `Done`.
  void finish();

 private:
  struct Job {
    std::shared_ptr<const ReceivedEvent> event;
    Done done;
  };
  void run();
  void write_or_fail(std::vector<Job>::iterator begin, std::vector<Job>::iterator end);
  void write(std::vector<Job>::iterator begin, std::vector<Job>::iterator end);
  void report(Job& job, const Outcome& outcome);
  void note_growth(std::size_t bytes);

  const std::unique_ptr<JournalFile> file_;
  const Note note_;
  std::uint64_t large_;        // bytes at which the next note is due
  std::uint64_t written_ = 0;  // bytes of this run
  BoundedQueue<Job> jobs_;
  std::string lines_;              // of a single write
  std::vector<std::size_t> ends_;  // offsets where they end, including the newline
  FirstFailure failures_;          // of `Done`
  Thread thread_;                  // declared last, so that the other members outlive it
};

}  // namespace alohook
