#pragma once
#include <optional>
#include <string_view>
#include <vector>

#include "http/request_text.h"

namespace alohook {

/// Reads an event object that wraps a request, as passed in by a platform, or a dump of one: AWS Lambda and API
/// Gateway, Netlify, Azure, and JSON with a request's headers and body. Decodes a body that is marked as Base64.
/// Returns nullopt for any other text.
std::optional<CapturedRequest> read_envelope(std::string_view json);

/// Reads requests from the formats that people save them in: HAR, an envelope, a command that sends a request, a
/// request as text, or a dump of its headers in any notation. Returns nothing if the text is none of these. Throws
/// Error if a HAR file is malformed.
std::vector<CapturedRequest> read_capture(std::string_view bytes);

}  // namespace alohook
