#pragma once
#include <string_view>
#include <vector>

#include "http/request_text.h"

namespace alohook {

/// Reads the requests of a HAR 1.2 file in order. Skips entries without a request. HAR is text, so a body that isn't
/// UTF-8 is lost unless it is marked `"encoding": "base64"`. Reports a body as `CapturedRequest::gap` if it is missing,
/// contains U+FFFD, or doesn't have the size stated by `Content-Length` or `bodySize`. Throws Error if the text isn't
/// HAR.
std::vector<CapturedRequest> read_har(std::string_view text);

}  // namespace alohook
