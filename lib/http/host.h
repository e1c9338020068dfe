#pragma once
#include <string_view>

namespace alohook {

/// Returns whether the text is a valid `Host` according to RFC 9112 section 3.2 and RFC 3986 section 3.2.2: a name, an
/// IPv4 address or an IPv6 address in brackets, with or without a port. An empty host is valid.
bool is_host_and_port(std::string_view text);

}  // namespace alohook
