#pragma once
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "http/message.h"
#include "http/server/self_signed.h"
#include "http/url.h"

namespace alohook {

struct ServerOptions {
  std::string host = "127.0.0.1";  ///< a name or an IPv4 or IPv6 address
  std::uint16_t port = 0;          ///< 0 takes any free port
  std::string unix_path = {};      ///< when set, a socket file instead of host and port
  std::size_t max_header_bytes = 64 * 1024;
  std::size_t max_body_bytes = 10 * 1024 * 1024;
  std::size_t max_unfinished_bytes =
      256 * 1024 * 1024;                              ///< of all requests that are not complete; more get 503
  std::chrono::milliseconds request_timeout{30'000};  ///< from a request's first byte to its last
  std::chrono::milliseconds idle_timeout{75'000};     ///< between requests on a kept-alive connection
  std::size_t max_connections = 10'000;
  std::optional<TlsIdentity> tls = {};
  Headers rejection_headers = {};  ///< added to the responses that the server itself makes
};

/// A request as it arrived.
struct Incoming {
  Request request;
  std::string remote;                           ///< `127.0.0.1:40000`, `[::1]:40000`, or `unix`
  std::chrono::steady_clock::time_point began;  ///< when its first byte came
};

/// A request or connection that the server itself rejected, before any handler saw it.
struct Rejection {
  int status = 0;      ///< 4xx, 501, 503 or 505, as sent; 0 when nothing could be (TLS, no descriptors)
  std::string remote;  ///< empty when not even a connection could be accepted
  std::string reason;  ///< one clear line, for people; no untrusted bytes
};

/// How a response goes wrong on the wire, so that a sender's handling of it can be tested.
enum class Fault {
  none,
  reset,     ///< a TCP reset instead of a response; over a socket file the connection just ends
  truncate,  ///< the head with its full Content-Length, half of the body (or half of the head), then the end
  drip,      ///< the correct response, one byte each 100 ms
  hang,      ///< never a response; open until the client leaves or the server stops
  wrong_length,  ///< more bytes than Content-Length says, at least one, then the end
};

/// A response, when it is sent, and how. A response alone is sent at once and without a fault.
struct ServerResponse {
  ServerResponse(Response given) : response(std::move(given)) {}
  ServerResponse(int status, std::string reason, Headers headers, std::string body)
      : response{status, std::move(reason), std::move(headers), std::move(body)} {}

  Response response;
  std::chrono::milliseconds delay{0};  ///< before the first byte; others are served meanwhile
  Fault fault = Fault::none;
};

/// Responds to one request. May be kept, moved to another thread, and called from there, once.
/// Dropped without a call, it closes the connection.
using Responder = std::function<void(ServerResponse)>;

/// An HTTP/1.1 server with one event-loop thread: requests are handed over in order of arrival, bytes untouched.
/// Header fields arrive as on the wire, in order; a body is never decoded; trailers are dropped. A target in absolute
/// form is reduced to its path and query.
class Server {
 public:
  using Handler = std::function<void(Incoming, Responder)>;
  using RejectionHandler = std::function<void(const Rejection&)>;

  /// Binds and listens. The handlers run on the event-loop thread and must not block.
  /// Throws Error when the address or the TLS identity can't be used, with the remedy, and std::system_error when the
  /// system is out of resources.
  Server(ServerOptions options, Handler on_request, RejectionHandler on_rejection);
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  /// The port that was bound; 0 for a socket file.
  std::uint16_t port() const;
  /// `http://127.0.0.1:8256/`, `https://[::1]:8256/`, or `unix:/tmp/alohook.sock`.
  std::string url() const;

  /// Returns whether a request to this URL would come to this server. Resolves the host's name.
  bool is_reached_by(const Url& url) const;

  /// Serves until stopped.
  void run();

  /// Stops accepting, closes idle connections, lets requests in flight finish for `grace`, then ends `run`.
  /// Those that hang by a fault end at once.
  /// A second call ends it at once. Safe from any thread.
  void stop(std::chrono::milliseconds grace);

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace alohook
