#pragma once
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <system_error>

#include "base/work_queue.h"
#include "events/event_filter.h"
#include "http/server/server.h"
#include "journal/event_json.h"
#include "receiver/answer_script.h"
#include "receiver/forwarder.h"
#include "receiver/receiver.h"
#include "receiver/recorder.h"
#include "signing/masking.h"

namespace alohook {

/// Lets a few things a second through, so that a flood stays cheap. For one thread.
class PerSecond {
 public:
  explicit PerSecond(int limit) : limit_(limit) {}
  bool allows(Time now);

 private:
  int limit_;
  int count_ = 0;
  std::int64_t second_ = 0;
};

/// How much came to a listener.
struct ListenerCounts {
  std::size_t valid = 0;
  std::size_t rejected = 0;    ///< events whose signature did not verify
  std::size_t malformed = 0;   ///< connections and requests that the server itself turned away
  std::size_t unrecorded = 0;  ///< events that could not be written into the journal
};

struct ListenerSettings {
  ReceiverPolicy policy;
  AnswerScript script = {};
  std::unique_ptr<JournalFile> journal = {};  ///< null: nothing is recorded
  ForwardPolicy forward = {};                 ///< without routes: nothing is forwarded
  Forwarder::Connect connect = {};
  std::function<void(const ReceivedEvent&)> on_event =
      {};  ///< told of each event once it is answered and kept, on any thread; not of what came to another path

  /// Gets each event once it is responded to, also one for another path or one that could not be recorded; on any thread.
  std::function<void(const ReceivedEvent&)> on_response = {};

  std::function<Time()> now;                            ///< called on the server's thread
  std::function<std::string()> make_id;                 ///< a new event's id; called on the server's thread
  EventFilter filter = {};                              ///< which events are shown
  std::function<void(const ReceivedEvent&)> show = {};  ///< shows an event; empty: nothing is shown
  std::function<void(std::string_view line)> note;      ///< reports trouble to people
  // `show` and `note` are called one at a time, on a thread that only they hold up.
};

/// What `alohook listen` does with each request. It is judged on the server's event loop; then forwarded, recorded and
/// answered, in this order, as far as each is asked for; then explained and shown on a thread of its own.
class Listener {
 public:
  explicit Listener(ListenerSettings settings);

  void on_request(Incoming incoming, Responder respond);
  void on_rejection(const Rejection& rejection);

  /// Ends what is under way and shows what is left to show. Call once, when the server has ended.
  ListenerCounts finish();

 private:
  struct Case;
  void settle(const std::shared_ptr<Case>& current);
  void acknowledge(const std::shared_ptr<Case>& current);
  void refuse_unrecorded(Case& current, const std::error_code& error);
  void show(const std::shared_ptr<Case>& current);
  void explain(ReceivedEvent& event);

  ListenerSettings settings_;
  Masking masking_;  // of what targets answer
  std::size_t arrived_ = 0;
  ListenerCounts counts_;      // `unrecorded` is of the recorder's thread, the others of the event loop
  PerSecond told_;             // of the event loop
  PerSecond told_of_journal_;  // of the recorder's thread
  PerSecond explained_;        // of the output thread
  // Each hands over to the next one, so they end in this order.
  WorkQueue output_;
  std::unique_ptr<Recorder> recorder_;
  std::unique_ptr<Forwarder> forwarder_;
};

}  // namespace alohook
