#pragma once
#include "check/session.h"

namespace alohook {

/// Returns how consistently the receiver accepts valid requests. Sends up to 200 requests on this machine and up to 40
/// to a remote receiver. Measures once per session.
const Steadiness& steadiness(CheckSession& session);

}  // namespace alohook
