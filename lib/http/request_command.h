#pragma once
#include <optional>
#include <string_view>

#include "http/request_text.h"

namespace alohook {

/// Reads a request from the command that sends it, as browsers copy it: curl for a POSIX shell or for the Windows shell,
/// PowerShell's Invoke-WebRequest, and fetch. Returns nullopt for any other text.
std::optional<CapturedRequest> read_request_command(std::string_view text);

}  // namespace alohook
