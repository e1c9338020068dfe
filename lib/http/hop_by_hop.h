#pragma once
#include "http/message.h"
#include "http/url.h"

namespace alohook {

/// Returns the headers that are meant for the final server, in order: without `Connection`, the headers that it names,
/// and the other hop-by-hop headers (RFC 9110 section 7.6.1), and without `Content-Length` and `Expect`, which each hop
/// sets itself. Keeps headers that no hop may drop, such as `Host` and the signature, even if `Connection` names them.
Headers without_hop_by_hop(const Headers& headers);

/// Which `Host` a forwarded request has.
enum class HostHeader {
  of_target,  ///< the target's, replacing the received one
  kept,       ///< the received one
};

/// Returns a received or recorded request as it is forwarded to `target`: the exact body, and headers with their case,
/// duplicates and empty values. The target's own path and query are used if they are more than `/`, otherwise the
/// received ones.
Request addressed_to(const Request& received, const Url& target, HostHeader host);

}  // namespace alohook
