#pragma once
#include <string>
#include <string_view>

#include "check/session.h"

namespace alohook {

/// Returns the command that runs these checks again: the same URL, secret, connection and settings.
std::string check_command(const CheckSettings& settings);

/// Returns how a trial is sent again by hand: with curl where curl can, else with `alohook check --only`.
Reproduction reproduce(const CheckRequest& trial, std::string_view check_id, const CheckSession& session);

}  // namespace alohook
