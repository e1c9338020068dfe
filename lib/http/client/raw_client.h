#pragma once
#include <functional>

#include "http/client/client.h"
#include "http/message.h"
#include "http/url.h"

namespace alohook {

/// How one request is laid on the wire, where the ordinary client leaves no choice.
enum class WireForm {
  whole,      ///< head and body at once
  segmented,  ///< the head's end byte by byte, then the body in three parts, each on its own
  chunked,    ///< with Transfer-Encoding: chunked, in three chunks, and no Content-Length
  dripping,   ///< a few bytes every tenth of a second, for some three seconds
};

/// Sends a request on a connection of its own.
using WireTransport = std::function<Exchange(const Request&, WireForm)>;

/// Connects, sends the request with its headers in their order and their own case and with any bytes in them (only
/// `Host` and the body's framing are added), and reads the response under the options' limits. Never throws for what the
/// network does; throws Error for a CA file that can't be read.
Exchange send_on_wire(const Url& url, const ClientOptions& options, const Request& request, WireForm form);

/// Returns whether something accepts connections there; asks for at most `options.connect_timeout`.
bool accepts_connections(const Url& url, const ClientOptions& options);

}  // namespace alohook
