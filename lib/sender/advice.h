#pragma once
#include <string>
#include <string_view>

#include "http/message.h"
#include "http/url.h"

namespace alohook {

/// Returns where a redirect leads as a URL of its own, nullopt for another response or one without a Location.
std::string redirect_target(const Url& url, const Response& response);

/// Returns what to do about an exchange that got no response, a redirect, or a response that is not about the request
/// (404, 405, http to an https port): one line, untrusted bytes made visible. Empty when there is nothing to say.
std::string advice(const Url& url, const Exchange& exchange);

}  // namespace alohook
