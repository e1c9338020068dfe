#pragma once
#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "base/work_queue.h"
#include "events/event_filter.h"
#include "http/server/server.h"
#include "journal/event_json.h"
#include "receiver/arrival.h"
#include "receiver/forwarder.h"
#include "receiver/per_second.h"
#include "receiver/receiver.h"
#include "receiver/recorder.h"
#include "receiver/response_script.h"
#include "signing/masking.h"

namespace alohook {

/// Counts of what a listener received.
struct ListenerCounts {
  std::size_t valid = 0;
  std::size_t rejected = 0;    ///< events that didn't verify
  std::size_t malformed = 0;   ///< connections and requests that the server itself rejected as malformed
  std::size_t unrecorded = 0;  ///< events that couldn't be written to the journal
  std::size_t from_pages = 0;  ///< requests sent by a web page in a browser; not counted as events
  std::size_t unshown = 0;     ///< events that weren't shown because the output was too slow
};

struct ListenerSettings {
  ReceiverPolicy policy;
  ResponseScript script = {};
  std::unique_ptr<JournalFile> journal = {};  ///< null: events aren't recorded
  ForwardPolicy forward = {};                 ///< without routes: events aren't forwarded
  Forwarder::Connect connect = {};
  bool allows_pages = false;  ///< accept requests that a web page in a browser sent
  /// Gets each event, once recorded, before the response is sent, on any thread; none for another path or from a page.
  std::function<void(const ReceivedEvent&)> on_event = {};
  /// Gets each event, which no longer changes, once it is responded to: of any path, recorded or not; on any thread.
  std::function<void(std::shared_ptr<const ReceivedEvent>)> on_response = {};

  std::function<Time()> now;             ///< called on the server's thread
  std::function<std::string()> make_id;  ///< returns a new event's id; called on the server's thread
  EventFilter filter = {};               ///< which events are shown
  // How events are shown; empty functions show nothing. They are called one at a time, on a thread of their own.
  std::function<void(const Arrival&)> show_arrival = {};  ///< before it is forwarded and responded to
  std::function<void(const ReceivedEvent&)> show = {};    ///< when it is responded to and diagnosed
  /// The same as lines of JSON, each with its newline; several at once while events come faster than they are shown.
  std::function<void(std::string_view lines)> show_json = {};
  std::function<void(std::string_view line)> note;  ///< reports trouble to people
};

/// Handles the requests to `alohook listen`: verifies each one on the server's event loop, forwards it and records it
/// if configured, and responds, in this order. Diagnoses and shows it on a separate thread.
class Listener {
 public:
  /// Throws Error if a thread can't be started, and whatever `connect` throws.
  explicit Listener(ListenerSettings settings);

  void on_request(Incoming incoming, Responder respond);
  void on_rejection(const Rejection& rejection);
  /// Runs a job on the thread that shows events, after those already waiting. Can be called from any other thread.
  void post(std::function<void()> job) { output_.post(0, std::move(job)); }
  /// Returns how many events are currently being forwarded.
  std::size_t deliveries() const { return deliveries_; }
  /// Finishes what is in progress. Call it once, after the server has ended.
  void finish();

  /// Waits up to `limit` for the remaining output. Returns false if the output is stuck: then the destructor waits for
  /// it, and `unshown` is the number of events that were lost. Call it once, after `finish`.
  bool finish_output(std::chrono::milliseconds limit);

  /// Returns the counts. They are final once the output is finished.
  ListenerCounts counts() const;

 private:
  struct PendingEvent;
  using Pending = std::shared_ptr<PendingEvent>;
  void arrive(const Pending& pending);
  void forward(const Pending& pending);
  void record(const Pending& pending);
  void respond(const Pending& pending);
  void show(const Pending& pending);
  std::vector<Cause> causes_of(const ReceivedEvent& event);
  void reject_page(const Pending& pending);
  void reject_unrecorded(PendingEvent& pending, std::string_view error);
  static void set_outcome(PendingEvent& pending);
  void add_line(const ReceivedEvent& event, std::string_view line);
  void write_lines();
  void post_note(std::string line);
  void post_output(std::size_t weight, std::function<void()> job);

  ListenerSettings settings_;
  Masking masking_;  // for targets' responses
  std::size_t arrived_ = 0;
  std::atomic<std::size_t> deliveries_ = 0;
  ListenerCounts counts_;       // the recorder's thread updates `unrecorded`, the event loop the others
  PerSecond noted_rejections_;  // used by the event loop
  PerSecond noted_unrecorded_;  // used by the recorder's thread
  PerSecond diagnosed_;         // used by the output thread
  std::atomic<std::chrono::steady_clock::time_point> diagnoses_until_ =
      std::chrono::steady_clock::time_point::max();
  std::atomic<std::size_t> skipped_ = 0, posted_ = 0, shown_ = 0;  // jobs without room, events for the output
  std::string lines_;  // of JSON that were not shown yet; of the output's thread, like the next
  std::size_t line_count_ = 0;
  // Each hands over to the one before it, so they end in the opposite order.
  WorkQueue output_;
  std::unique_ptr<Recorder> recorder_;
  std::unique_ptr<Forwarder> forwarder_;
};

}  // namespace alohook
