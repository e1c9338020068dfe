#pragma once
// Part of server.cpp: how a response becomes bytes.
#include <string>

#include "http/message.h"

namespace alohook {

/// What the request and the connection ask of the response's form.
struct ResponseForm {
  bool is_head = false;      ///< no body, whatever its length
  bool is_http_1_0 = false;  ///< staying open has to be said
  bool closes = false;       ///< the connection ends after this
};

/// Writes head and body as they go over the wire. The headers that frame the message are the server's own;
/// given ones that can't be sent (such as one with a newline) are left out.
std::string response_text(const Response& response, const ResponseForm& form);

}  // namespace alohook
