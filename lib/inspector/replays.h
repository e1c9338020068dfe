#pragma once
#include <functional>
#include <list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/thread.h"
#include "http/message.h"
#include "http/url.h"
#include "journal/event_json.h"
#include "signing/signature.h"

namespace alohook {

/// What the user asked to resend.
struct ReplayOrder {
  std::string id;                   ///< of the event
  Url url;                          ///< where to send it
  std::optional<std::string> body;  ///< replaces the recorded one
  bool is_as_recorded = false;      ///< with the recorded timestamp and signature
};

/// A replay and its result.
struct ReplayResult {
  ReplayOrder order;
  Time at;
  std::size_t bytes = 0;  ///< size of the body that was sent
  Exchange exchange;
  std::size_t response_bytes = 0;  ///< size of the response's whole body, if only its beginning was kept
};

/// Returns the request of a replay: re-signed for `now` with the encoding of the event's signature, or as recorded.
Request request_of(const ReplayOrder& order, const ReceivedEvent& event, const Secret& secret, Time now);

/// Returns the result as a JSON object, with its exchange in the same format as `forward` in the journal.
std::string to_json(const ReplayResult& result);

/// Sends requests on separate threads, at most four concurrently, and keeps the last 1,000 results. Not thread-safe.
class Replays {
 public:
  static constexpr std::size_t most_at_once = 4;
  using Send = std::function<Exchange(const Url&, const Request&)>;
  /// Runs a job on the thread that owns this object.
  using Post = std::function<void(std::function<void()>)>;

  Replays(Send send, Post post) : send_(std::move(send)), post_(std::move(post)) {}
  ~Replays() { finish(); }
  Replays(const Replays&) = delete;
  Replays& operator=(const Replays&) = delete;

  /// Starts a replay, and calls `done` with the result on the owner's thread. Returns false if four are already in
  /// progress. Throws Error if a thread can't be started.
  bool start(ReplayOrder order, Request request, Time now, std::function<void(const ReplayResult&)> done);

  /// Returns the results for one event, oldest first.
  std::vector<const ReplayResult*> of(std::string_view id) const;

  /// Waits for the threads. Doesn't interrupt requests in progress.
  void finish();

 private:
  void keep(ReplayResult result);

  Send send_;
  Post post_;
  std::list<Thread> threads_;
  std::list<ReplayResult> results_;
};

}  // namespace alohook
