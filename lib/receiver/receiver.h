#pragma once
#include <optional>
#include <string>

#include "base/clock.h"
#include "http/message.h"
#include "signing/signature.h"

namespace alohook {

/// How a receiver judges and answers. ALO names no status for ordinary events; any 2xx is our default assumption.
struct ReceiverPolicy {
  Secrets secrets;
  VerificationPolicy verification;
  int accepted_status = 200;
  int refused_status = 401;
  std::string path;  ///< when set, other paths are answered with 404; a query is ignored
};

/// What a receiver made of one request.
struct Reception {
  Verification verification;
  std::optional<std::string> type;
  bool is_challenge = false;  ///< answered as ALO's URL verification
  bool is_elsewhere = false;  ///< at another path than the policy's, so none of our events
  Response answer;
};

/// Judges a request as a right receiver of ALO's webhooks does: signature first, over the raw bytes, then the type.
/// A challenge is answered only when it is authentic.
Reception receive(const Request& request, const ReceiverPolicy& policy, Time now);

}  // namespace alohook
