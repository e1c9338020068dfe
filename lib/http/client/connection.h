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

/// A stream to a server, with or without TLS, on which nothing waits past a deadline.
class Connection {
 public:
  /// Connects to the first address that answers; with `tls`, shakes hands too. Throws SendError.
  /// `patience` is what the caller allowed, for the words of a time-out.
  Connection(const Endpoint& endpoint, const ClientTlsContext* tls, Deadline deadline,
             std::chrono::milliseconds patience);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  /// Sends what can be sent at once, `body` after `head`; the rest goes out while `read` waits, so that an early
  /// response is not missed. `body` must outlive the exchange. Returns false when nothing was sent because the other
  /// side has closed the connection.
  bool send(std::string head, std::string_view body = {});
  bool has_unsent() const { return sent_ < head_.size() + body_.size(); }

  /// Waits for at least one byte. Throws SendError when TLS breaks.
  ReadResult read(char* to, std::size_t size, Deadline deadline);

  /// Returns whether the other side has closed a connection that waits for its next request, or has spoken
  /// unasked.
  bool is_stale();

 private:
  void shake_hands(const Endpoint& endpoint, const ClientTlsContext& tls, Deadline deadline,
                   std::chrono::milliseconds patience);
  short push();
  void acknowledge();
  IoStep read_once(char* to, std::size_t size);

  int socket_ = -1;
  std::shared_ptr<const std::atomic<bool>> interrupt_;
  std::unique_ptr<ClientTlsSession> tls_;
  std::string head_;  // what is being sent, and `body_` after it
  std::string_view body_;
  std::size_t sent_ = 0;  // bytes of both
  unsigned reads_ = 0;    // since something was sent
};

}  // namespace alohook
