#pragma once
#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "http/client/failure.h"
#include "http/client/tls.h"

namespace alohook {

using Deadline = std::chrono::steady_clock::time_point;

/// Where to connect to.
struct Endpoint {
  std::string host;  ///< also the name that a TLS certificate must be for
  std::uint16_t port = 0;
  std::string unix_path;               ///< when set, this socket file instead of host and port
  std::vector<std::string> addresses;  ///< numeric; when there are any, the host is not looked up
  std::shared_ptr<const std::atomic<bool>> interrupt;  ///< once true, waiting ends

  /// Returns `example.com:443` or `unix:/path`.
  std::string name() const;
};

/// Returns the addresses that an entry `host:port:address[,address…]` has for this host and port, as curl
/// reads it; none when it is about another one. Throws Error when it is malformed.
std::vector<std::string> resolve_addresses(std::string_view entry, std::string_view host, std::uint16_t port);

/// A stream to a server, with or without TLS, on which nothing waits past a deadline.
class Connection {
 public:
  /// Connects to the first address that answers; with `tls`, shakes hands too. Throws Failure.
  /// `patience` is what the caller allowed, for the words of a time-out.
  Connection(const Endpoint& endpoint, const ClientTlsContext* tls, Deadline deadline,
             std::chrono::milliseconds patience);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  /// Sends what can be sent at once; the rest goes out while `read` waits, so that an early answer is not
  /// missed.
  void send(std::string bytes);
  bool has_unsent() const { return sent_ < unsent_.size(); }

  /// Waits for at least one byte. Throws Failure when TLS breaks.
  ReadResult read(char* to, std::size_t size, Deadline deadline);

  /// Returns whether the other side has closed a connection that waits for its next request, or has spoken
  /// unasked.
  bool is_stale();

 private:
  void shake_hands(const Endpoint& endpoint, const ClientTlsContext& tls, Deadline deadline,
                   std::chrono::milliseconds patience);
  short push();
  IoStep read_once(char* to, std::size_t size);

  int socket_ = -1;
  std::shared_ptr<const std::atomic<bool>> interrupt_;
  std::unique_ptr<ClientTlsSession> tls_;
  std::string unsent_;
  std::size_t sent_ = 0;
};

}  // namespace alohook
