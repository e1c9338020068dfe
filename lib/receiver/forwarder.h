#pragma once
#include <chrono>
#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "base/thread.h"
#include "http/hop_by_hop.h"
#include "http/message.h"
#include "http/url.h"
#include "signing/signature.h"

namespace alohook {

/// Where events of a type go.
struct ForwardRoute {
  std::string type;  ///< either spelling; empty: all that no other route takes
  Url url;
};

struct ForwardPolicy {
  std::vector<ForwardRoute> routes;
  bool only_valid = false;  ///< what does not verify is not forwarded
  HostHeader host = HostHeader::of_target;
  std::size_t concurrency = 1;             ///< 1 keeps the order of arrival
  std::size_t queue = 1000;                ///< events that may wait, however long it takes
  std::chrono::milliseconds wait{10'000};  ///< how long one more waits for a place in the queue
};

/// Passes requests on to other servers, in order of arrival, on threads of its own. Nothing that is in the queue is
/// dropped while a server is slow; when the queue is full, further requests wait a while for a place.
class Forwarder {
 public:
  /// Opens the way to one target, for one thread's requests.
  using Connect = std::function<Transport(const Url&)>;
  /// Called on one of the forwarder's threads, or within `post` when far too much waits: with what came of it, or with nothing when there was no place in time.
  using Done = std::function<void(std::optional<Exchange>)>;

  /// Throws what `connect` throws, and Error if a thread can't be started.
  Forwarder(ForwardPolicy policy, const Connect& connect);
  ~Forwarder();
  Forwarder(const Forwarder&) = delete;
  Forwarder& operator=(const Forwarder&) = delete;

  /// Returns the route for an event, the one for its type before the one for all; null when it is not forwarded.
  const ForwardRoute* route_for(const std::optional<std::string>& type, Verdict verdict) const;

  /// Safe from any thread but the forwarder's own; never waits. `done` may keep the request alive.
  void post(const ForwardRoute& route, const Request& request, Done done);

  /// Ends the threads; what still waits is done with nothing. A transport that waits has to be ended by other means.
  /// Throws the first exception that a `Done` threw.
  void finish();

 private:
  using SteadyTime = std::chrono::steady_clock::time_point;
  struct Job {
    const ForwardRoute* route;
    const Request* request;
    Done done;
    SteadyTime place_until;  // when it must have a place in the queue
  };
  void work(const std::vector<Transport>& transports);
  void turn_away();
  void end();
  Job take(std::deque<Job>::iterator place);
  Exchange forward(const Job& job, const std::vector<Transport>& transports) const;

  const ForwardPolicy policy_;
  std::mutex mutex_;
  std::condition_variable has_work_;
  std::condition_variable is_crowded_;
  std::deque<Job> jobs_;     // the first `policy_.queue` are in the queue, the others before its door
  std::size_t waiting_ = 0;  // bytes of their bodies
  bool is_ending_ = false;
  std::vector<Thread> threads_;  // the last one, so that the others outlive them
};

/// Returns what the sender is answered: the target's own answer, hop-by-hop headers aside; 504 when it was too slow
/// and 502 when there was none, with the reason; 503 without an exchange.
Response passed_back(const std::optional<Exchange>& exchange);

}  // namespace alohook
