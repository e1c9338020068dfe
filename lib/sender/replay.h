#pragma once
#include <optional>

#include "base/clock.h"
#include "http/message.h"
#include "http/url.h"
#include "signing/signature.h"

namespace alohook {

/// How to resend a recorded event.
struct Replay {
  Url target;
  Secret secret;
  std::optional<Encoding> encoding = {};  ///< of the signature; nullopt: `v0`
  Headers headers = {};                   ///< replace those of the same name
};

/// Returns the request that resends a recorded event: its exact body and its headers, signed for `now`.
Request replayed(const Request& recorded, const Replay& replay, Time now);

}  // namespace alohook
