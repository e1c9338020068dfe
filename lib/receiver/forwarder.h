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

/// A forwarding target for events of one type.
struct ForwardRoute {
  std::string type;  ///< either spelling; empty: all types without a route of their own
  Url url;
};

struct ForwardPolicy {
  std::vector<ForwardRoute> routes;
  bool forwards_all = false;  ///< also forward events that don't verify
  HostHeader host = HostHeader::of_target;
  std::size_t concurrency = 1;             ///< connections for each target; 1 preserves the order of arrival
  std::size_t queue = 1000;                ///< maximum number of queued events, however long they wait
  std::chrono::milliseconds wait{10'000};  ///< how long further events wait for a place in the queue
};

/// Forwards requests to other servers in order of arrival, on its own threads. Never drops a queued request because a
/// server is slow. If the queue is full, further requests wait a while for a place.
class Forwarder {
 public:
  /// Opens a connection to a target, for the requests of one thread.
  using Connect = std::function<Transport(const Url&)>;
  /// Called once for each request: on one of the forwarder's threads, from `finish`, or from `post` if far too much
  /// data is waiting. Gets nullopt if the request wasn't forwarded.
  using Done = std::function<void(std::optional<Exchange>)>;

  /// Throws whatever `connect` throws, and Error if a thread can't be started.
  Forwarder(ForwardPolicy policy, const Connect& connect);
  ~Forwarder();
  Forwarder(const Forwarder&) = delete;
  Forwarder& operator=(const Forwarder&) = delete;

  /// Returns the route for an event, or null if there is none. A route for its type takes precedence over the route for
  /// all types.
  const ForwardRoute* route_for(const std::optional<std::string>& type) const;

  /// Queues a request for forwarding. Never blocks. Can be called from any thread except the forwarder's own.
  void post(const ForwardRoute& route, std::shared_ptr<const Request> request, Done done);

  /// Ends the threads and calls `done` with nullopt for requests that are still waiting. Doesn't interrupt transports.
  /// Rethrows the first exception thrown by a `Done`.
  void finish();

 private:
  using SteadyTime = std::chrono::steady_clock::time_point;
  struct Job {
    const ForwardRoute* route;
    std::shared_ptr<const Request> request;
    Done done;
    SteadyTime place_until;  // when it must have a place in the queue
  };
  void work(const std::vector<Transport>& transports);
  void reject_late();
  void end();
  Job take(std::deque<Job>::iterator place);
  Exchange forward(const Job& job, const std::vector<Transport>& transports) const;

  const ForwardPolicy policy_;
  std::mutex mutex_;
  std::condition_variable has_work_;
  std::condition_variable is_crowded_;
  std::deque<Job> jobs_;     // the first `policy_.queue` are in the queue, the others wait for a place
  std::size_t waiting_ = 0;  // bytes of their bodies
  bool is_ending_ = false;
  std::vector<Thread> threads_;  // declared last, so that the other members outlive the threads
};

/// Returns the response for the sender: the target's response without hop-by-hop headers; with the reason, 504 if the
/// target was too slow, and 502 if it didn't respond; 503 if there is no exchange. The response to HEAD keeps the
/// target's Content-Length.
Response passed_back(const std::optional<Exchange>& exchange, bool is_head);

}  // namespace alohook
