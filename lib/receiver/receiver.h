#pragma once
#include <optional>
#include <string>

#include "base/clock.h"
#include "http/message.h"
#include "signing/signature.h"

namespace alohook {

/// How a receiver verifies requests and responds. ALO doesn't document a status for ordinary events; we assume any 2xx.
struct ReceiverPolicy {
  Secrets secrets;
  VerificationPolicy verification;
  int accepted_status = 200;
  int refused_status = 401;
  std::string path;  ///< if set, other paths get 404; the query is ignored
};

/// The outcome of receiving one request.
struct Reception {
  Verification verification;
  std::optional<std::string> type;
  bool is_challenge = false;   ///< gets the response that ALO's URL verification expects
  bool is_other_path = false;  ///< sent to a path other than the policy's, so it isn't one of our events
  Response response;
};

/// Receives a request the way a correct receiver of ALO's webhooks does: verifies the signature over the raw bytes
/// first, then reads the type. Echoes a challenge only if it is authentic.
Reception receive(const Request& request, const ReceiverPolicy& policy, Time now);

/// Returns whether a web page in a browser sent the request. Browsers set `Origin`, or `Sec-Fetch-Site` to something
/// other than `none`. Web pages can't change these, and no webhook sender sets them.
bool is_from_page(const Headers& headers);

}  // namespace alohook
