#pragma once
#include <string>
#include <string_view>

#include "http/message.h"
#include "http/url.h"

namespace alohook {

/// What is wrong with one aspect of a response to a challenge.
struct ChallengeFault {
  std::string expected;
  std::string got;  ///< may contain untrusted bytes
  std::string fix;

  bool is_none() const { return expected.empty(); }
  /// Returns `expected 200, got 302`.
  std::string text() const { return is_none() ? "" : "expected " + expected + ", got " + got; }
};

// ALO documents the response to its challenge: status 200, `Content-type: application/json`, and a JSON object with the
// challenge as its member "challenge". Each function checks one of these and returns the fault, if any.

/// Checks the status.
ChallengeFault challenge_status_fault(const Response& response);

/// Reports a redirect and the absolute URL that it leads to, from the URL of the request.
ChallengeFault challenge_redirect_fault(const Url& url, const Response& response);

/// Reports a Content-Type that is missing, different, or duplicated.
ChallengeFault challenge_type_fault(const Response& response);

/// Looks for the challenge in the body. If it isn't where it should be, recognizes what a framework, a proxy or a
/// mistake did to a correct body: compressed, encoded twice, in an envelope, with a byte order mark or surrounding text
/// …
ChallengeFault challenge_echo_fault(const Response& response, std::string_view challenge);

}  // namespace alohook
