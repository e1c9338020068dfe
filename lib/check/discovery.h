#pragma once
#include "check/session.h"

namespace alohook {

/// Finds out whether the receiver is reachable, how it decodes signatures, how to tell whether it accepted a request,
/// and what rejects requests in front of it. Stores this in the session's facts.
void discover(CheckSession& session);

}  // namespace alohook
