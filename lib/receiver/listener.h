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
#include "receiver/forwarder.h"
#include "receiver/per_second.h"
#include "receiver/receiver.h"
#include "receiver/recorder.h"
#include "receiver/response_script.h"
#include "signing/masking.h"

namespace alohook {

/// What a listener received, in numbers.
struct ListenerCounts {
  std::size_t valid = 0;
  std::size_t rejected = 0;    ///< events whose signature did not verify
  std::size_t malformed = 0;   ///< connections and requests that the server itself rejected
  std::size_t unrecorded = 0;  ///< events that could not be written into the journal
  std::size_t from_pages = 0;  ///< requests that a page in a browser sent; not counted as events
  std::size_t unshown = 0;     ///< events that the output was too slow to show
};

/// An event that was verified and has no response yet.
struct Arrival {
  const std::string& id;
  Time received_at;
  const std::string& remote;
  const Request& request;
  const std::optional<std::string>& type;
  const Verification& verification;
  const ForwardRoute* route;  ///< where it is forwarded to; null: it is not forwarded
};

struct ListenerSettings {
  ReceiverPolicy policy;
  ResponseScript script = {};
  std::unique_ptr<JournalFile> journal = {};  ///< null: nothing is recorded
  ForwardPolicy forward = {};                 ///< without routes: nothing is forwarded
  Forwarder::Connect connect = {};
  bool allows_pages = false;  ///< requests that a page in a browser sent are received like others
  /// Gets each event once it is recorded and before it is responded to, on any thread; none for another path.
  std::function<void(const ReceivedEvent&)> on_event = {};
  /// Gets each event once it is responded to, also one for another path or one that could not be recorded; on any thread.
  std::function<void(const ReceivedEvent&)> on_response = {};

  std::function<Time()> now;             ///< called on the server's thread
  std::function<std::string()> make_id;  ///< returns a new event's id; called on the server's thread
  EventFilter filter = {};               ///< which events are shown
  // How events are shown; empty functions show nothing. They are called one at a time, on a thread of their own.
  std::function<void(const Arrival&)> show_arrival = {};      ///< before it is forwarded and responded to
  std::function<void(const ReceivedEvent&)> show = {};        ///< when it is responded to and diagnosed
  std::function<void(std::string_view line)> show_json = {};  ///< the same as a line of JSON
  std::function<void(std::string_view line)> note;            ///< reports trouble to people
};

/// What `alohook listen` does with each request: verifies it on the server's event loop; forwards it, records it and
/// responds, in this order, as far as each is asked for; diagnoses and shows it on a thread of its own.
class Listener {
 public:
  /// Throws Error when a thread can't be started, and what `connect` throws.
  explicit Listener(ListenerSettings settings);

  void on_request(Incoming incoming, Responder respond);
  void on_rejection(const Rejection& rejection);
  /// Runs a job on the thread that shows events, after those that wait. Safe from any other thread.
  void post(std::function<void()> job) { output_.post(0, std::move(job)); }
  /// Returns how many events are being forwarded.
  std::size_t deliveries() const { return deliveries_; }
  /// Ends what is in progress. Call once, when the server has ended.
  void finish();

  /// Shows what is left to show, but for no longer than `limit`. Returns false when the output is stuck: then the
  /// destructor waits for it, and `unshown` says how much is lost. Call once, after `finish`.
  bool finish_output(std::chrono::milliseconds limit);

  /// Returns the numbers; final once the output is finished.
  ListenerCounts counts() const;

 private:
  struct PendingEvent;
  using Pending = std::shared_ptr<PendingEvent>;
  void arrive(const Pending& pending);
  void forward(const Pending& pending);
  void record(const Pending& pending);
  void respond(const Pending& pending);
  void show(const Pending& pending);
  void diagnose_failure(ReceivedEvent& event);
  void reject_page(const Pending& pending);
  void reject_unrecorded(PendingEvent& pending, std::string_view error);
  static void set_outcome(PendingEvent& pending);
  void post_note(std::string line);
  void post_output(std::size_t weight, std::function<void()> job);

  ListenerSettings settings_;
  Masking masking_;  // of targets' responses
  std::size_t arrived_ = 0;
  std::atomic<std::size_t> deliveries_ = 0;
  ListenerCounts counts_;       // `unrecorded` belongs to the recorder's thread, the others to the event loop
  PerSecond noted_rejections_;  // of the event loop
  PerSecond noted_unrecorded_;  // of the recorder's thread
  PerSecond diagnosed_;         // of the output's thread
  std::atomic<std::chrono::steady_clock::time_point> diagnoses_until_ =
      std::chrono::steady_clock::time_point::max();
  std::atomic<std::size_t> skipped_ = 0, posted_ = 0, shown_ = 0;  // jobs without room, events for the output
  // Each hands over to the one before it, so they end in the opposite order.
  WorkQueue output_;
  std::unique_ptr<Recorder> recorder_;
  std::unique_ptr<Forwarder> forwarder_;
};

}  // namespace alohook
