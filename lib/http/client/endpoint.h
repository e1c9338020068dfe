#pragma once
#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "http/client/options.h"
#include "http/url.h"

namespace alohook {

/// Where to connect.
struct Endpoint {
  std::string host;  ///< also the name that a TLS certificate must match
  std::uint16_t port = 0;
  std::string unix_path;               ///< if set, connect to this socket file instead of host and port
  std::vector<std::string> addresses;  ///< numeric; if there are any, the host isn't resolved
  std::shared_ptr<const std::atomic<bool>> interrupt;  ///< becomes true to end any waiting

  /// Returns `example.com:443` or `unix:/path`.
  std::string name() const;
};

/// Returns where to send requests for this URL with these options. Throws Error if an entry of `resolve` is malformed.
Endpoint endpoint_of(const Url& url, const ClientOptions& options);

/// Returns the addresses for this host and port in an entry `host:port:address[,address…]`, with curl's syntax; none if
/// it is for another host or port. Throws Error if it is malformed.
std::vector<std::string> resolve_addresses(std::string_view entry, std::string_view host, std::uint16_t port);

}  // namespace alohook
