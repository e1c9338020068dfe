#pragma once
#include <string>
#include <string_view>

#include "base/clock.h"
#include "http/message.h"
#include "signing/signature.h"

namespace alohook {

/// How an event is signed and what goes with it. ALO documents neither a content type nor a user agent.
struct Signing {
  Secret secret;
  Encoding encoding = Encoding::v0;
  std::string target = "/";
  Headers headers = {};  ///< added to, or instead of, the default ones of the same name
};

/// Returns a POST with the body's exact bytes and the two signature headers for `now`.
Request signed_request(std::string_view body, const Signing& signing, Time now);

/// Returns the same without the two signature headers, unless they are among `given`.
Request unsigned_request(std::string_view body, std::string_view target, const Headers& given);

/// Returns a recorded request with new signature headers for `now`, at the end.
/// Everything else stays but the headers that `signing` gives in place of those of their name; its target is not used.
Request signed_again(Request recorded, const Signing& signing, Time now);

/// Returns a recorded request without signature headers, and with those given in place of its own of their names.
Request unsigned_again(Request recorded, const Headers& given);

/// Returns the request with these headers in place of its own of their names, at the end.
Request with_headers(Request request, const Headers& given);

}  // namespace alohook
