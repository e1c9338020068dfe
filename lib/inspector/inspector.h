#pragma once
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <string>

#include "base/thread.h"
#include "http/server/server.h"
#include "inspector/api.h"
#include "inspector/feed.h"
#include "journal/index.h"

namespace alohook {

struct InspectorSettings {
  ApiSettings api;
  std::uint16_t port = 0;                      ///< 0 takes any free port
  std::string token;                           ///< what lets a page read; see `make_inspector_token`
  std::string boot;                            ///< names this process
  std::unique_ptr<JournalIndex> journal = {};  ///< what is evicted from memory is read from; null without one
  bool follows = false;  ///< events that are appended to the journal enter the feed; else they are pushed
};

/// Returns a token of 256 random bits as text.
std::string make_inspector_token();

/// Returns why a token that somebody chose can't be used, as the end of a sentence; empty when it can.
std::string token_objection(std::string_view token);

/// The inspector: a page and an API on a port of their own, on 127.0.0.1 only. Owns two threads, one for the server
/// and one for the API, so that neither holds up who pushes events.
class Inspector {
 public:
  /// Binds the port; throws Error when it is taken, with the remedy.
  explicit Inspector(InspectorSettings settings);
  ~Inspector();
  Inspector(const Inspector&) = delete;
  Inspector& operator=(const Inspector&) = delete;

  std::uint16_t port() const { return server_.port(); }

  /// `http://127.0.0.1:8257/#token=…`
  std::string url() const;

  /// Safe from any thread.
  Feed& feed() { return feed_; }

  /// Shows a request that the listener's server itself rejected: "nothing arrives" is a common trouble.
  void push(const Rejection& rejection, Time at);

  /// Starts serving on threads of its own. Call this or `run`, once.
  void start();

  /// Serves until `interrupt`; for a command that does nothing else.
  void run();
  /// Ends `run`. Safe from any thread.
  void interrupt();

  /// Ends the threads; drops requests that wait. May be called again. Throws the first exception that a request threw.
  void stop();

 private:
  void post(std::function<void()> job);
  void on_request(Incoming incoming, Responder respond);
  void work();
  bool take_appended();

  InspectorSettings settings_;
  Feed feed_;
  Api api_;
  Server server_;
  std::mutex mutex_;
  std::condition_variable has_work_;
  std::deque<std::function<void()>> jobs_;
  bool is_woken_ = false;
  bool is_ending_ = false;
  Thread serving_;  // the last ones, so that the others outlive them
  Thread working_;
};

}  // namespace alohook
