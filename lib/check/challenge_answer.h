#pragma once
#include <string>
#include <string_view>

#include "http/message.h"

namespace alohook {

/// What is wrong with one side of a response to a challenge.
struct ChallengeFault {
  std::string expected;
  std::string got;  ///< may hold untrusted bytes
  std::string fix;

  bool is_none() const { return expected.empty(); }
  /// Returns `expected 200, got 302`.
  std::string text() const { return is_none() ? "" : "expected " + expected + ", got " + got; }
};

// ALO documents the response to its challenge: status 200, `Content-type: application/json`, and the challenge as the
// member "challenge" of a JSON object. Each function returns what one of them lacks.

/// Checks the status.
ChallengeFault challenge_status_fault(const Response& response);

/// Names a redirect and where it leads.
ChallengeFault challenge_redirect_fault(const Response& response);

/// Finds a Content-Type that is missing, another one, or there twice.
ChallengeFault challenge_type_fault(const Response& response);

/// Looks for the challenge in the body. What a framework, a proxy or a slip makes of a correct body is named: compressed,
/// encoded twice, in an envelope, with a byte order mark or text around it …
ChallengeFault challenge_echo_fault(const Response& response, std::string_view challenge);

}  // namespace alohook
