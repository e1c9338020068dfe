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

/// What a person asked to send again.
struct ReplayOrder {
  std::string id;                   ///< of the event
  Url url;                          ///< where to
  std::optional<std::string> body;  ///< in place of the recorded one
  bool is_as_recorded = false;      ///< with the recorded timestamp and signature
};

/// A replay and its result.
struct ReplayResult {
  ReplayOrder order;
  Time at;
  std::size_t bytes = 0;  ///< of the body that was sent
  Exchange exchange;
  std::size_t response_bytes = 0;  ///< of the response's whole body, when only its beginning was kept
};

/// Returns the request of a replay: re-signed for `now` in the form in which the event was signed, or as recorded.
Request request_of(const ReplayOrder& order, const ReceivedEvent& event, const Secret& secret, Time now);

/// Returns the result as a JSON object, its exchange written as `forward` is in the journal.
std::string to_json(const ReplayResult& result);

/// Sends requests on threads of their own, at most four at once, and remembers the last 1,000 results. For one thread.
class Replays {
 public:
  static constexpr std::size_t most_at_once = 4;
  using Send = std::function<Exchange(const Url&, const Request&)>;
  /// Runs a job on the thread that owns this.
  using Post = std::function<void(std::function<void()>)>;

  Replays(Send send, Post post) : send_(std::move(send)), post_(std::move(post)) {}
  ~Replays() { finish(); }
  Replays(const Replays&) = delete;
  Replays& operator=(const Replays&) = delete;

  /// Starts a replay and calls `done` on the owner's thread with its result. Returns false when four are under way.
  /// Throws Error when no thread can be started.
  bool start(ReplayOrder order, Request request, Time now, std::function<void(const ReplayResult&)> done);

  /// The results for one event, oldest first.
  std::vector<const ReplayResult*> of(std::string_view id) const;

  /// Waits for the threads. What still sends has to be interrupted by other means.
  void finish();

 private:
  void keep(ReplayResult result);

  Send send_;
  Post post_;
  std::list<Thread> threads_;
  std::list<ReplayResult> results_;
};

}  // namespace alohook
