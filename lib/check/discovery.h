#pragma once
#include "check/session.h"

namespace alohook {

/// Finds out how a receiver reads signatures, by what it can be judged, what stands in front of it, and whether it is
/// there at all. Writes the session's facts.
void discover(CheckSession& session);

}  // namespace alohook
