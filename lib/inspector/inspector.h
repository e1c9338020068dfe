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
  std::uint16_t port = 0;                      ///< 0: any free port
  std::string token;                           ///< required for reading any data; see `make_inspector_token`
  std::string boot;                            ///< identifies this process
  std::unique_ptr<JournalIndex> journal = {};  ///< to read events evicted from memory; may be null
  bool follows = false;  ///< add events appended to the journal to the feed; otherwise, call `push`
};

/// Returns a token with 256 random bits, as text.
std::string make_inspector_token();

/// Returns why a user-supplied token is unusable, as the end of a sentence; empty if it is usable.
std::string token_objection(std::string_view token);

/// The inspector: a page and an API on their own port, only on 127.0.0.1. Owns two threads, one for the server and one
/// for the API, so that neither blocks the caller that pushes events.
class Inspector {
 public:
  /// Binds the port. Throws Error, with a hint, if it is in use.
  explicit Inspector(InspectorSettings settings);
  ~Inspector();
  Inspector(const Inspector&) = delete;
  Inspector& operator=(const Inspector&) = delete;

  std::uint16_t port() const { return server_.port(); }

  /// Returns `http://127.0.0.1:8257/#token=…`.
  std::string url() const;

  /// Thread-safe.
  Feed& feed() { return feed_; }

  /// Shows a request that the listener's server itself rejected. This helps when "nothing arrives".
  void push(const Rejection& rejection, Time at);

  /// Starts serving on separate threads. Call either this or `run`, once.
  void start();

  /// Serves until `interrupt` is called; for a command that does nothing else.
  void run();
  /// Makes `run` return. Can be called from any thread.
  void interrupt();

  /// Ends the threads and drops waiting requests. Can be called again. Rethrows the first exception from a request.
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
  Thread serving_;  // declared last, so that the other members outlive them
  Thread working_;
};

}  // namespace alohook
