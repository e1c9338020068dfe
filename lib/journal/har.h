#pragma once
#include <string_view>
#include <vector>

#include "http/request_text.h"

namespace alohook {

/// Reads the requests of a HAR 1.2 file, in order; entries without a request are passed over.
/// HAR holds text: a body that was not UTF-8 is lost in it unless it is marked `"encoding": "base64"`. A body that is
/// missing, or differs in size from what `Content-Length` or `bodySize` says, is reported as `CapturedRequest::gap`.
/// Throws Error when the text is not HAR.
std::vector<CapturedRequest> read_har(std::string_view text);

}  // namespace alohook
