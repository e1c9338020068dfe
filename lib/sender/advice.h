#pragma once
#include <string>
#include <string_view>

#include "http/message.h"
#include "http/url.h"

namespace alohook {

/// Returns the absolute URL that a redirect leads to, untrusted bytes made visible; empty for other responses or
/// without a Location.
std::string redirect_target(const Url& url, const Response& response);

/// Returns whether a redirect's Location looks like a page where people log in. Its path is no other place for the
/// webhook.
bool leads_to_login(std::string_view location);

/// Returns what to do about an exchange that got no response, a redirect, or a response that isn't about the request
/// itself (404, 405, http to an https port). One line, untrusted bytes made visible; empty if there is no advice.
std::string advice(const Url& url, const Exchange& exchange);

}  // namespace alohook
