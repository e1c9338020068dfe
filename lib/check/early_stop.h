#pragma once
#include <optional>

#include "check/session.h"

namespace alohook {

/// Returns why there is nothing to check, based on what discovery found; nullopt if checks can be run.
std::optional<EarlyStop> early_stop(const CheckSession& session);

}  // namespace alohook
