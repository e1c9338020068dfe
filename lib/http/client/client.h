#pragma once
#include <memory>

#include "http/client/options.h"
#include "http/message.h"
#include "http/url.h"

namespace alohook {

/// An HTTP/1.1 client for one origin, with one persistent connection. Not thread-safe. Headers are sent in their order
/// and case, bodies unchanged. Never follows redirects. Never resends a request after its first byte was sent, because
/// the server may have processed it (RFC 9110 section 9.2.2). If the persistent connection was closed before that,
/// opens a new one.
class Client {
 public:
  /// Throws Error if an option is invalid (an unreadable CA file, a malformed `resolve`).
  Client(Url url, ClientOptions options);
  ~Client();
  Client(Client&&) noexcept;

  /// Sends the request with `Host`, `Content-Length`, the given headers and nothing else, and reads the response.
  /// Throws Error if the request can't be expressed as HTTP. Network errors are returned, not thrown.
  Exchange send(const Request& request);

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace alohook
