#pragma once
#include <optional>
#include <string>

#include "base/clock.h"
#include "http/message.h"
#include "signing/signature.h"

namespace alohook {

/// How a receiver verifies and responds. ALO names no status for ordinary events; any 2xx is our default assumption.
struct ReceiverPolicy {
  Secrets secrets;
  VerificationPolicy verification;
  int accepted_status = 200;
  int refused_status = 401;
  std::string path;  ///< when set, other paths get 404; a query is ignored
};

/// The outcome of receiving one request.
struct Reception {
  Verification verification;
  std::optional<std::string> type;
  bool is_challenge = false;   ///< gets the response of ALO's URL verification
  bool is_other_path = false;  ///< at another path than the policy's, so it is none of our events
  Response response;
};

/// Receives a request as a correct receiver of ALO's webhooks does: verifies the signature over the raw bytes first,
/// then reads the type. Echoes a challenge only when it is authentic.
Reception receive(const Request& request, const ReceiverPolicy& policy, Time now);

/// Returns whether a page in a browser sent the request. No webhook sender sets `Origin`, or a `Sec-Fetch-Site` other
/// than `none`, which browsers set and pages can't change.
bool is_from_page(const Headers& headers);

}  // namespace alohook
