#pragma once
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <system_error>
#include <vector>

#include "base/thread.h"
#include "journal/event_json.h"
#include "journal/file.h"

namespace alohook {

/// Writes events into a journal on a thread of its own, so that a slow disk does not stop an event loop. Events that
/// wait at the same time are made durable together. When too many bytes wait, `record` waits.
class Recorder {
 public:
  /// Called on the recorder's thread once the event is in the journal, or with what was in the way.
  using Done = std::function<void(std::error_code)>;

  /// Throws Error if the thread can't be started.
  explicit Recorder(std::unique_ptr<JournalFile> file);
  /// Waits until all is written, and drops exceptions of `Done`.
  ~Recorder() { end(); }
  Recorder(const Recorder&) = delete;
  Recorder& operator=(const Recorder&) = delete;

  /// Safe from any thread but the recorder's own. The event must not change until `done` is called.
  void record(std::shared_ptr<const ReceivedEvent> event, Done done);

  /// Waits until all is written and ends the thread. Nothing may be recorded afterwards. Throws the first exception
  /// that a `Done` threw.
  void finish();

 private:
  struct Job {
    std::shared_ptr<const ReceivedEvent> event;
    Done done;
  };
  void run();
  void write(std::vector<Job>& jobs, FirstFailure& failures);
  void end();

  std::unique_ptr<JournalFile> file_;
  std::mutex mutex_;
  std::condition_variable has_work_;
  std::condition_variable has_room_;
  std::vector<Job> jobs_;
  std::size_t weight_ = 0;  // bytes of the bodies that wait
  bool is_ending_ = false;
  Thread thread_;  // the last one, so that the others outlive it
};

}  // namespace alohook
