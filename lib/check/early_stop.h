#pragma once
#include <optional>

#include "check/session.h"

namespace alohook {

/// Returns why there is nothing to check, once the session has looked around; nullopt when something may be checked.
std::optional<EarlyStop> early_stop(const CheckSession& session);

}  // namespace alohook
