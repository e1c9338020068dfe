#pragma once
#include <optional>
#include <string>

#include "http/message.h"
#include "sender/delivery.h"

namespace alohook {

/// What a receiver did with a request, judging by the status. The statuses below are the defaults.
enum class Reaction {
  accepted,       ///< 2xx
  refused,        ///< a 4xx that may be about the signature, as in StatusSet::refusals
  other_refusal,  ///< another 4xx, such as 404 or 413
  rate_limited,   ///< 429
  redirected,     ///< 3xx
  failed,         ///< 5xx
  silent,         ///< no response: reset, closed, timed out, not HTTP
};

/// Which statuses mean that an event was accepted, and which that it was rejected; empty: 2xx and 4xx.
struct StatusReading {
  std::optional<StatusSet> accepted = {};
  std::optional<StatusSet> refused = {};
};

Reaction reaction_to(const Exchange& exchange, const StatusReading& reading);

/// Returns `403 Forbidden, text/plain: "not authentic"`, or why there was no response, on one line. Untrusted bytes are
/// made visible.
std::string describe_answer(const Exchange& exchange);

}  // namespace alohook
