#pragma once
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

/// Writes events into a journal on a thread of its own, so that a slow disk does not stop an event loop. Events that
/// wait at the same time are written and made durable together.
class Recorder {
 public:
  /// What became of an event.
  struct Outcome {
    std::string_view error;  ///< why it is not in the journal; empty: it is
    std::string_view line;   ///< its JSON without a newline; valid during the call
  };
  /// Called once for each event, on the recorder's thread.
  using Done = std::function<void(const Outcome&)>;
  /// Reports that the journal had to be created again; called on the recorder's thread.
  using Note = std::function<void(std::string_view line)>;

  /// Throws Error if the thread can't be started.
  Recorder(std::unique_ptr<JournalFile> file, Note note);
  /// Waits until all is written, and drops exceptions of `Done`.
  ~Recorder() { jobs_.close(); }
  Recorder(const Recorder&) = delete;
  Recorder& operator=(const Recorder&) = delete;

  /// Records an event, which must not change until `done` is called. Waits while too many bytes wait. Safe from any
  /// thread but the recorder's own.
  void record(std::shared_ptr<const ReceivedEvent> event, Done done);

  /// Returns how many threads wait in `record`.
  std::size_t blocked() const { return jobs_.blocked(); }

  /// Waits until all is written and ends the thread. Nothing may be recorded afterwards. Throws the first exception
  /// that a `Done` threw.
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

  const std::unique_ptr<JournalFile> file_;
  const Note note_;
  BoundedQueue<Job> jobs_;
  std::string lines_;              // of one write
  std::vector<std::size_t> ends_;  // where each of them ends, with its newline
  FirstFailure failures_;          // of `Done`
  Thread thread_;                  // the last one, so that the others outlive it
};

}  // namespace alohook
