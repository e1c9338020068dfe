#pragma once
#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <system_error>

#include "background.h"
#include "console.h"
#include "context.h"
#include "doing/answer_script.h"
#include "doing/forwarder.h"
#include "doing/receiver.h"
#include "edges/server.h"
#include "event_view.h"
#include "recorder.h"
#include "things/event_filter.h"
#include "things/journal.h"

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

struct ListenerSettings {
  ReceiverPolicy policy;
  AnswerScript script = {};
  EventFilter filter;  ///< which events are shown
  EventView view;
  std::unique_ptr<JournalFile> journal = {};  ///< null: nothing is recorded
  ForwardPolicy forward = {};                 ///< without routes: nothing is forwarded
  Forwarder::Connect connect = {};
  std::function<void(const ReceivedEvent&)> on_event =
      {};  ///< told of each event once it is answered and kept, on any thread; not of what came to another path
};

/// What `alohook listen` does with each request. It is judged on the server's event loop; then forwarded, recorded and
/// answered, in this order, as far as each is asked for; then explained and shown on a thread of its own.
class Listener {
 public:
  Listener(ListenerSettings settings, Console& console, Context& context);

  void on_request(Incoming incoming, Responder respond);
  void on_rejection(const Rejection& rejection);

  /// Ends what is under way, shows what is left to show, and says how much came. Call once, when the server has ended.
  void finish();

 private:
  struct Case;
  void settle(const std::shared_ptr<Case>& current);
  void acknowledge(const std::shared_ptr<Case>& current);
  void refuse_unrecorded(Case& current, const std::error_code& error);
  void show(const std::shared_ptr<Case>& current);
  void explain(ReceivedEvent& event);

  const ReceiverPolicy policy_;
  const AnswerScript script_;
  const EventFilter filter_;
  const EventView view_;
  const std::function<void(const ReceivedEvent&)> on_event_;
  Console& console_;
  Context& context_;
  std::size_t arrived_ = 0;
  std::size_t valid_ = 0;
  std::size_t refused_ = 0;
  std::size_t turned_away_ = 0;
  std::size_t unrecorded_ = 0;  // of the recorder's thread
  PerSecond told_;              // of the event loop
  PerSecond told_of_journal_;   // of the recorder's thread
  PerSecond explained_;         // of the output thread
  // Each hands over to the next one, so they end in this order.
  BackgroundQueue output_;
  std::unique_ptr<Recorder> recorder_;
  std::unique_ptr<Forwarder> forwarder_;
};

}  // namespace alohook
