#pragma once
#include <deque>
#include <functional>
#include <set>
#include <string>

#include "output/event_view.h"

namespace alohook {

/// The log of a listener: each event when it arrives and when it is answered, a line when the date changes, and how many
/// events the filters hid. For one thread.
class EventLog {
 public:
  struct Settings {
    EventView view = {};
    /// Without bodies while events come faster than anyone can read them.
    bool is_automatic = false;
    std::string filters = {};  ///< the flags that hide events: `--only action_created`
    Time began = {};           ///< when the listener started
    std::function<TerminalSize()> size = {};
    std::function<void(const std::string& text)> print = {};  ///< takes whole lines
  };

  EventLog(Settings settings, const Palette& paint);

  /// Shows an event that was read and verified, but not answered yet.
  void on_arrival(const ReceivedEvent& event);
  /// Shows an event that was answered; one whose arrival was not shown, whole.
  void on_response(const ReceivedEvent& event);
  /// Counts an event that the filters hide.
  void on_hidden();
  /// Shows what is left to tell.
  void finish();

  EventView& view() { return settings_.view; }
  /// Returns the view, with the size of the terminal as it is now.
  EventView view_now() const;

 private:
  std::string date_line(Time time);
  std::string hidden_line();
  std::string arrival(const ReceivedEvent& event);
  void look_at_rate(Time time, std::string& out);

  Settings settings_;
  const Palette paint_;
  std::string date_;
  std::set<std::string> awaited_;  // ids of events that arrived and were not answered yet
  std::deque<Time> recent_;        // arrivals within a second
  bool is_rushed_ = false;
  bool has_told_rush_ = false;
  std::size_t hidden_ = 0;
  std::size_t hidden_told_ = 0;
};

}  // namespace alohook
