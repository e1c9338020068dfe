#pragma once
#include <cstdint>
#include <string>
#include <string_view>

namespace alohook {

/// The default URL, where `listen` listens and other commands send.
inline constexpr const char* default_url = "http://127.0.0.1:8256/";

/// The URL of a server. For `unix:/path/to.sock`, the path of the socket is `unix_path` and the target is `/`.
/// `unix:/path/to.sock:/hooks?x=1` also sets the target.
struct Url {
  std::string scheme = {};  ///< `http`, `https` or `unix`
  std::string host = {};    ///< in lower case, without the brackets of IPv6; `localhost` for `unix`
  std::uint16_t port = 0;
  std::string target = "/";    ///< path and query, encoded for the request line
  std::string unix_path = {};  ///< set only for `unix`

  /// Returns the value of the `Host` header: without the port if it is the scheme's default.
  std::string authority() const;
  std::string to_string() const;
  /// Returns whether the host is the local machine: `localhost`, `*.localhost`, 127.0.0.0/8, `::1`, or a socket file.
  bool is_loopback() const;
};

/// Parses a URL, or the shorthand `3000`, `:3000/hooks` or `localhost:3000`, which means http. Percent-encodes spaces,
/// control bytes and non-ASCII bytes in the target. Drops the fragment and surrounding whitespace. Throws Error for
/// another scheme, a user name, a missing host, or an invalid port.
Url parse_url(std::string_view text);

/// Returns whether `text` is meant as a URL: it starts with a scheme or `unix:`, or is a shorthand.
bool looks_like_url(std::string_view text);

}  // namespace alohook
