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

/// The target for events of a type.
struct ForwardRoute {
  std::string type;  ///< either spelling; empty: all types without a route
  Url url;
};

struct ForwardPolicy {
  std::vector<ForwardRoute> routes;
  bool forwards_all = false;  ///< events that don't verify too
  HostHeader host = HostHeader::of_target;
  std::size_t concurrency = 1;             ///< 1 keeps the order of arrival
  std::size_t queue = 1000;                ///< events that may wait, for however long
  std::chrono::milliseconds wait{10'000};  ///< how long further events wait for a place in the queue
};

/// Passes requests on to other servers, in order of arrival, on threads of its own. Drops nothing that is in the queue
/// while a server is slow; when the queue is full, further requests wait a while for a place.
class Forwarder {
 public:
  /// Opens a connection to one target, for one thread's requests.
  using Connect = std::function<Transport(const Url&)>;
  /// Called once for each request, on one of the forwarder's threads, or within `post` when far too much waits. Gets
  /// nullopt when there was no place in time.
  using Done = std::function<void(std::optional<Exchange>)>;

  /// Throws what `connect` throws, and Error if a thread can't be started.
  Forwarder(ForwardPolicy policy, const Connect& connect);
  ~Forwarder();
  Forwarder(const Forwarder&) = delete;
  Forwarder& operator=(const Forwarder&) = delete;

  /// Returns the route for an event, the one for its type before the one for all; null when there is none.
  const ForwardRoute* route_for(const std::optional<std::string>& type) const;

  /// Forwards a request. Never waits. Safe from any thread but the forwarder's own.
  void post(const ForwardRoute& route, std::shared_ptr<const Request> request, Done done);

  /// Ends the threads; what still waits is done with nullopt. A transport that waits has to be ended by other means.
  /// Throws the first exception that a `Done` threw.
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
  std::vector<Thread> threads_;  // the last one, so that the others outlive them
};

/// Returns the sender's response: the target's own, without hop-by-hop headers; 504 when it was too slow and 502 when
/// there was none, with the reason; 503 without an exchange. The response to HEAD keeps the target's Content-Length.
Response passed_back(const std::optional<Exchange>& exchange, bool is_head);

}  // namespace alohook
