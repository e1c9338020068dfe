#pragma once
#include <string>
#include <string_view>

#include "check/session.h"

namespace alohook {

/// Returns the command that reruns these checks with the same URL, secret, connection and settings.
std::string check_command(const CheckSettings& settings);

/// Returns how to resend a trial by hand: with curl if curl can do it, otherwise with `alohook check --only`.
Reproduction reproduce(const CheckRequest& trial, std::string_view check_id, const CheckSession& session);

}  // namespace alohook
