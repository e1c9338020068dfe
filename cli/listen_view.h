#pragma once
#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "base/work_queue.h"
#include "events/event_filter.h"
#include "journal/session.h"
#include "options/listen_options.h"
#include "output/event_log.h"
#include "output/live_keys.h"
#include "receiver/listener.h"

namespace alohook {

/// All that `alohook listen` shows to people: the banner, the log, the memory behind it, and the keys below it.
/// Not used with `--format json` and `quiet`. Its functions run on the listener's output thread where nothing else is
/// said.
class ListenView {
 public:
  struct Parts {
    const ListenOptions& options;
    const ReceiverPolicy& policy;
    const ForwardPolicy& forward;
    Forwarder::Connect connect;
    Console& console;
    Context& context;
  };
  /// Opens the session journal of an interactive listener. `parts` refer to what outlives the view.
  explicit ListenView(Parts parts);
  ~ListenView();
  ListenView(const ListenView&) = delete;
  ListenView& operator=(const ListenView&) = delete;

  /// Runs a job on the output thread. Safe from any thread but that one.
  using Post = std::function<void(std::function<void()> job)>;

  /// What else a listener offers; empty where it doesn't.
  struct Extras {
    std::string certificate = {};            ///< the fingerprint of the TLS certificate
    std::vector<std::string> warnings = {};  ///< about the certificate
    std::string inspector = {};              ///< the inspector's URL
    std::function<void()> open = {};         ///< opens the inspector; called on the output thread
  };

  /// Says what is in force, then begins to accept keys. Call on the main thread before anything is shown.
  void announce(const std::string& url, const Extras& extras, Post post);

  void on_arrival(const Arrival& arrival);
  void on_response(const ReceivedEvent& event);

  /// Stops accepting keys and replaying. Call on the main thread while the output thread still runs.
  void stop_keys();
  /// Shows what is left to tell. Call on the main thread when the output thread has ended.
  void finish();

 private:
  EventLog::Settings log_settings();
  std::vector<std::pair<std::string, std::string>> rows(const Extras& extras) const;
  std::string first_command(const std::string& url) const;
  bool wants_keys() const;
  void remember(const ReceivedEvent& event);
  std::string explain(const ReceivedEvent& event) const;
  std::string whole(const ReceivedEvent& event) const;
  std::string curl(const ReceivedEvent& event) const;
  std::string replay(const LiveKeys::Event& event);
  std::optional<Url> target_of(const ReceivedEvent& event) const;

  Parts parts_;
  EventFilter filter_;
  bool is_interactive_;
  std::string memory_;  ///< the journal that is the memory; empty: none
  std::unique_ptr<SessionJournal> session_;
  bool has_told_of_session_ = false;
  std::string url_;
  Post post_;
  StatusLine line_;
  std::unique_ptr<EventLog> log_;
  std::unique_ptr<LiveKeys> keys_;
  std::shared_ptr<void> keyboard_;
  std::unique_ptr<WorkQueue> replays_;
};

}  // namespace alohook
