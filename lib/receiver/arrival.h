#pragma once
#include <optional>
#include <string>

#include "base/clock.h"
#include "http/message.h"
#include "receiver/forwarder.h"
#include "signing/signature.h"

namespace alohook {

/// An event that was verified and has no response yet.
struct Arrival {
  const std::string& id;
  Time received_at;
  const std::string& remote;
  const Request& request;
  const std::optional<std::string>& type;
  const Verification& verification;
  const ForwardRoute* route;  ///< where it is forwarded to; null: it is not forwarded
};

}  // namespace alohook
