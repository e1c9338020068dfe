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
  std::string host = "127.0.0.1";  ///< a name, or an IPv4 or IPv6 address
  std::uint16_t port = 0;          ///< 0: any free port
  std::string unix_path = {};      ///< if set, listen on this socket file instead of host and port
  std::size_t max_header_bytes = 64 * 1024;
  std::size_t max_body_bytes = 10 * 1024 * 1024;
  std::size_t max_unfinished_bytes =
      256 * 1024 * 1024;  ///< of all incomplete requests; beyond that, requests get 503
  std::chrono::milliseconds request_timeout{30'000};  ///< from a request's first byte to its last
  std::chrono::milliseconds idle_timeout{75'000};     ///< between requests on a persistent connection
  std::size_t max_connections = 10'000;
  std::optional<TlsIdentity> tls = {};
  Headers rejection_headers = {};  ///< added to responses that the server itself generates
};

/// A request as it arrived.
struct Incoming {
  Request request;
  std::string remote;                           ///< `127.0.0.1:40000`, `[::1]:40000`, or `unix`
  std::chrono::steady_clock::time_point began;  ///< when its first byte arrived
};

/// A request or connection that the server itself rejected, before a handler got it.
struct Rejection {
  int status = 0;  ///< 4xx, 501, 503 or 505, as sent; 0 if no response could be sent (TLS, no descriptors)
  std::string remote;  ///< empty if no connection could be accepted
  std::string reason;  ///< one line, for people; no untrusted bytes
};

/// A fault to inject into a response, to test how senders handle it.
enum class Fault {
  none,
  reset,     ///< a TCP reset instead of a response; with a socket file, the connection is just closed
  truncate,  ///< the head with its full Content-Length, half of the body (or half of the head), then the end
  drip,      ///< the correct response, one byte every 100 ms
  hang,      ///< no response; the connection stays open until the client disconnects or the server stops
  wrong_length,  ///< more bytes than Content-Length says, at least one, then the connection ends
};

/// A response, with when and how it is sent. By default, it is sent immediately and without a fault.
struct ServerResponse {
  ServerResponse(Response given) : response(std::move(given)) {}
  ServerResponse(int status, std::string reason, Headers headers, std::string body)
      : response{status, std::move(reason), std::move(headers), std::move(body)} {}

  Response response;
  std::chrono::milliseconds delay{0};  ///< before the first byte; other requests are served meanwhile
  Fault fault = Fault::none;
};

/// Responds to one request. Can be stored and called from any thread, once. If it is destroyed without being called,
/// the connection is closed.
using Responder = std::function<void(ServerResponse)>;

/// An HTTP/1.1 server with one event-loop thread. Requests are passed to the handler in order of arrival, with their
/// bytes unchanged. Headers are as on the wire, in order. Bodies are never decoded. Trailers are discarded. A target in
/// absolute form is reduced to its path and query.
class Server {
 public:
  using Handler = std::function<void(Incoming, Responder)>;
  using RejectionHandler = std::function<void(const Rejection&)>;

  /// Binds and listens. The handlers run on the event-loop thread and must not block. Throws Error, with a hint, if the
  /// address or the TLS identity can't be used, and std::system_error if the system is out of resources.
  Server(ServerOptions options, Handler on_request, RejectionHandler on_rejection);
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  /// Returns the port that was bound; 0 for a socket file.
  std::uint16_t port() const;
  /// Returns `http://127.0.0.1:8256/`, `https://[::1]:8256/`, or `unix:/tmp/alohook.sock`.
  std::string url() const;

  /// Returns whether a request to this URL would reach this server. Resolves the host name.
  bool is_reached_by(const Url& url) const;

  /// Serves requests until stopped.
  void run();

  /// Stops accepting, closes idle connections, waits up to `grace` for requests in flight, then makes `run` return.
  /// Connections with the fault `hang` end immediately. A second call stops the server immediately. Can be called from
  /// any thread.
  void stop(std::chrono::milliseconds grace);

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace alohook
