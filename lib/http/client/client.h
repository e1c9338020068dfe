#pragma once
#include <memory>

#include "http/client/options.h"
#include "http/message.h"
#include "http/url.h"

namespace alohook {

/// An HTTP/1.1 client for one origin over one kept-alive connection, for one thread.
/// Headers go out in their order and case, bodies as they are; redirects are never followed. A request is sent once:
/// after its first byte went out it is never repeated, because the server may have processed it (RFC 9110 section
/// 9.2.2). A kept-alive connection that is found closed before that is replaced by a new one.
class Client {
 public:
  /// Throws Error for options that make no sense (an unreadable CA file, a malformed `resolve`).
  Client(Url url, ClientOptions options);
  ~Client();
  Client(Client&&) noexcept;

  /// Sends the request with `Host`, `Content-Length` and the given headers, nothing else, and reads the response.
  /// Never throws for what the network does; throws Error when the request can't be sent as HTTP.
  Exchange send(const Request& request);

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace alohook
