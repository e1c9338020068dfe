#pragma once
#include <cstdint>
#include <string>

#include "background.h"
#include "console.h"
#include "context.h"
#include "doing/receiver.h"
#include "edges/server.h"
#include "event_view.h"
#include "things/event_filter.h"
#include "things/journal.h"

namespace alohook {

/// Lets a few things a second through, so that a flood stays cheap.
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
  EventFilter filter;  ///< which events are shown
  EventView view;
};

/// What `alohook listen` does with each request: it judges and answers on the server's event loop, and explains and
/// shows on a thread of its own.
class Listener {
 public:
  Listener(ListenerSettings settings, Console& console, Context& context);

  void on_request(Incoming incoming, const Responder& respond);
  void on_rejection(const Rejection& rejection);

  /// Shows what is left to show, and says how much came. Call once, when the server has ended.
  void finish();

 private:
  void show(ReceivedEvent event);
  void explain(ReceivedEvent& event);

  const ListenerSettings settings_;
  Console& console_;
  Context& context_;
  std::size_t valid_ = 0;
  std::size_t refused_ = 0;
  std::size_t turned_away_ = 0;
  PerSecond told_;          // of the event loop
  PerSecond explained_;     // of the output thread
  BackgroundQueue output_;  // last, so that it ends before what it shows with
};

}  // namespace alohook
