#pragma once
#include <string>

#include "ground/http.h"

namespace alohook {

/// What a receiver did with a request, as far as the status tells.
enum class Reaction {
  accepted,       ///< 2xx
  refused,        ///< 4xx
  other_refusal,  ///< a 4xx that is about something else than the signature: 404, 405, 408, 411, 413, 415, 431
  rate_limited,   ///< 429
  redirected,     ///< 3xx
  failed,         ///< 5xx
  silent,         ///< no answer: reset, closed, timed out, not HTTP
};

Reaction reaction_to(const Exchange& exchange);

/// Returns `403 Forbidden, text/plain: "not authentic"`, or what kept an answer from coming. One line; untrusted bytes
/// are made visible.
std::string describe_answer(const Exchange& exchange);

}  // namespace alohook
