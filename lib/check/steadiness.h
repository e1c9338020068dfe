#pragma once
#include "check/session.h"

namespace alohook {

/// Returns how steadily the receiver accepts valid requests: sends some hundreds on this machine, some dozens to
/// others. Measures once in a session.
const Steadiness& steadiness(CheckSession& session);

}  // namespace alohook
