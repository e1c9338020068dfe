#pragma once
#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "http/client/endpoint.h"
#include "http/client/read_result.h"
#include "http/client/tls.h"

namespace alohook {

using Deadline = std::chrono::steady_clock::time_point;

/// A stream to a server, with or without TLS. No operation waits past its deadline.
class Connection {
 public:
  /// Connects to the first address that responds. If `tls` is set, also does the handshake. Throws SendError.
  /// `patience` is the timeout that the caller allowed, for error messages.
  Connection(const Endpoint& endpoint, const ClientTlsContext* tls, Deadline deadline,
             std::chrono::milliseconds patience);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  /// Sends as much as possible without blocking: `head`, then `body`. The rest is sent while `read` waits, so that an
  /// early response isn't missed. `body` must outlive the exchange. Returns false if nothing was sent because the peer
  /// has closed the connection.
  bool send(std::string head, std::string_view body = {});
  bool has_unsent() const { return sent_ < head_.size() + body_.size(); }

  /// Waits for at least one byte. Throws SendError if TLS fails.
  ReadResult read(char* to, std::size_t size, Deadline deadline);

  /// Returns whether the peer has closed an idle connection, or sent data that nobody asked for.
  bool is_stale();

 private:
  void shake_hands(const Endpoint& endpoint, const ClientTlsContext& tls, Deadline deadline,
                   std::chrono::milliseconds patience);
  short push();
  void acknowledge();
  IoStep send_once();
  IoStep read_once(char* to, std::size_t size);

  int socket_ = -1;
  std::shared_ptr<const std::atomic<bool>> interrupt_;
  std::unique_ptr<ClientTlsSession> tls_;
  std::string head_;  // being sent, followed by `body_`
  std::string_view body_;
  std::size_t sent_ = 0;  // bytes of both
  unsigned reads_ = 0;    // since the last `send`
};

}  // namespace alohook
