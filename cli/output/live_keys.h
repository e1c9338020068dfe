#pragma once
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "output/event_log.h"
#include "world/key.h"

namespace alohook {

/// What keys do to a listener's log, and the status line that says so. For one thread.
class LiveKeys {
 public:
  using Event = std::shared_ptr<const ReceivedEvent>;

  /// What is done outside of the log. Each text ends in a newline.
  struct Actions {
    std::function<std::string(const ReceivedEvent&)> whole;    ///< shows an event in full
    std::function<std::string(const ReceivedEvent&)> explain;  ///< shows why it was rejected, and what to do
    std::function<std::string(const ReceivedEvent&)> curl;     ///< returns the command that sends it again
    std::function<std::string(Event)> replay;  ///< begins to send it again; says so, or why not
    std::function<void()> open = {};           ///< opens the inspector; empty: there is none
    std::function<void()> quit;
  };

  LiveKeys(Console& console, StatusLine& line, EventView& view, Actions actions);

  void on_key(const Key& key);

  /// Remembers an event for the keys, and counts it.
  void on_event(Event event);
  /// Returns whether the filter that was typed lets an event through.
  bool matches(const ReceivedEvent& event) const;
  /// Prints what the log says, or holds it while the log is paused.
  void print(const std::string& text);
  /// Prints what was held. Nothing is held afterwards.
  void finish();

 private:
  void on_character(const std::string& text);
  void on_filter_key(const Key& key);
  void choose(int step);
  void with_event(const std::function<void(const Event&)>& act);
  void pause();
  void release();
  void show_keys();
  void update_line();

  static constexpr std::size_t max_events = 1000;
  static constexpr std::size_t max_bytes = 64 << 20;
  static constexpr std::size_t max_held = 1000;

  Console& console_;
  StatusLine& line_;
  EventView& view_;
  Actions actions_;
  std::deque<Event> events_;
  std::size_t bytes_ = 0;  // of their bodies
  std::size_t count_ = 0;
  std::size_t rejected_ = 0;
  Event chosen_;
  bool is_paused_ = false;
  bool has_said_none_ =
      false;  // that there is no event: text that is pasted would have it said for each letter
  std::deque<std::string> held_;
  std::size_t arrived_since_ = 0;  // events since the log was paused
  std::size_t not_held_ = 0;       // texts that found no room
  std::string filter_;
  std::optional<std::string> typed_;  // the filter that is being typed
};

}  // namespace alohook
