#pragma once
// Part of server.cpp: serializes a response.
#include <string>

#include "http/message.h"

namespace alohook {

/// What the request and the connection require of the response.
struct ResponseForm {
  bool is_head = false;      ///< no body, whatever its length
  bool is_http_1_0 = false;  ///< keep-alive has to be stated explicitly
  bool closes = false;       ///< the connection ends after this response
};

/// Returns head and body as sent on the wire. The server sets the headers that frame the message itself. Omits headers
/// that can't be sent (such as one with a newline).
std::string response_text(const Response& response, const ResponseForm& form);

}  // namespace alohook
