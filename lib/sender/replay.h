#pragma once
#include <optional>

#include "base/clock.h"
#include "http/message.h"
#include "http/url.h"
#include "signing/signature.h"

namespace alohook {

/// How a recorded event is sent again.
struct Replay {
  Url target;
  Secret secret;
  std::optional<Encoding> encoding = {};  ///< of the signature; nullopt: `v0`
  Headers headers = {};                   ///< instead of those of the same name
};

/// Returns the request that sends a recorded event again: its exact body and headers, signed for `now`.
Request replayed(const Request& recorded, const Replay& replay, Time now);

}  // namespace alohook
