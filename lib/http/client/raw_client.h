#pragma once
#include <functional>

#include "http/client/client.h"
#include "http/message.h"
#include "http/url.h"

namespace alohook {

/// How a request is sent on the wire, beyond what the regular client does.
enum class WireForm {
  whole,      ///< head and body together
  segmented,  ///< the end of the head byte by byte, then the body in three parts, each in its own segment
  chunked,    ///< with Transfer-Encoding: chunked, in three chunks, without Content-Length
  dripping,   ///< in 30 pieces, one every tenth of a second
};

/// Sends a request on its own connection.
using WireTransport = std::function<Exchange(const Request&, WireForm)>;

/// Connects, sends the request, and reads the response with the limits in the options. The headers keep their order and
/// case, and may contain any bytes. Only `Host` (if missing), the body's framing and `Connection: close` are added.
/// Throws Error if the CA file can't be read. Network errors are returned, not thrown.
Exchange send_on_wire(const Url& url, const ClientOptions& options, const Request& request, WireForm form);

/// Returns whether something accepts connections there, waiting at most `options.connect_timeout`.
bool accepts_connections(const Url& url, const ClientOptions& options);

}  // namespace alohook
