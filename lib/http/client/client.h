#pragma once
#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "http/message.h"
#include "http/url.h"

namespace alohook {

struct ClientOptions {
  std::chrono::milliseconds connect_timeout{10'000};
  std::chrono::milliseconds timeout{30'000};  ///< for the whole exchange, connecting included
  bool verify_tls = true;
  std::string ca_file = {};  ///< PEM file to trust instead of the system's store
  /// Addresses to use instead of looking a name up, as `host:port:address`.
  std::vector<std::string> resolve = {};
  std::string unix_path = {};  ///< connect to this socket file whatever the URL's host is
  /// Once it is true, what waits for the network gives up within a quarter of a second.
  std::shared_ptr<const std::atomic<bool>> interrupt = {};
  std::size_t max_header_bytes = 64 * 1024;
  std::size_t max_body_bytes = 16 * 1024 * 1024;
};

/// An HTTP/1.1 client for one origin over one kept-alive connection, for one thread.
/// Bodies go out and come in as they are; redirects are never followed; nothing is retried, but a kept-alive
/// connection that the other side had closed before a byte of the request was answered is opened anew once.
class Client {
 public:
  /// Throws Error for options that make no sense (an unreadable CA file, a malformed `resolve`).
  Client(Url url, ClientOptions options);
  ~Client();
  Client(Client&&) noexcept;

  /// Sends the request with `Host`, `Content-Length` and the given headers, nothing else, and reads the response.
  /// Never throws for what the network does; throws Error when a header can't be sent.
  Exchange send(const Request& request);

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace alohook
