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

/// Returns where requests to this URL go under these options. Throws Error when an entry of `resolve` is malformed.
Endpoint endpoint_of(const Url& url, const ClientOptions& options);

/// Returns the addresses that an entry `host:port:address[,address…]` has for this host and port, as curl
/// reads it; none when it is about another one. Throws Error when it is malformed.
std::vector<std::string> resolve_addresses(std::string_view entry, std::string_view host, std::uint16_t port);

}  // namespace alohook
