#pragma once
#include "http/message.h"
#include "http/url.h"

namespace alohook {

/// Returns the headers that are meant for the last server, in order: without `Connection` and those that it names,
/// and the other hop-by-hop ones (RFC 9110 section 7.6.1), and without `Content-Length` and `Expect`, which each hop
/// sets itself. Keeps headers that no hop may drop, such as `Host` and the signature, even when `Connection` names them.
Headers without_hop_by_hop(const Headers& headers);

/// Which `Host` a request carries on its way to another server.
enum class HostHeader {
  of_target,  ///< the target's, in the place of the received one
  kept,       ///< the received one
};

/// Returns a received or recorded request as it is sent on to `target`: exact body, names in their case, duplicates
/// and empty values. It goes to the target's own path and query when they are more than `/`, else to the received ones.
Request addressed_to(const Request& received, const Url& target, HostHeader host);

}  // namespace alohook
