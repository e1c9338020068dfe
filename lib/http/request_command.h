#pragma once
#include <optional>
#include <string_view>

#include "http/request_text.h"

namespace alohook {

/// Reads a request from a command that sends it, as copied from a browser: curl for a POSIX shell or for the Windows
/// shell, PowerShell's Invoke-WebRequest, or fetch. Returns nullopt for any other text.
std::optional<CapturedRequest> read_request_command(std::string_view text);

}  // namespace alohook
