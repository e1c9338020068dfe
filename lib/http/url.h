#pragma once
#include <cstdint>
#include <string>
#include <string_view>

namespace alohook {

/// The default for `listen` to listen on and for other commands to send to.
inline constexpr const char* default_url = "http://127.0.0.1:8256/";

/// The URL of a server. For `unix:/path/to.sock` the socket's path is `unix_path` and the target is `/`;
/// `unix:/path/to.sock:/hooks?x=1` sets the target too.
struct Url {
  std::string scheme = {};  ///< `http`, `https` or `unix`
  std::string host = {};    ///< lower case, without the brackets of IPv6; `localhost` for `unix`
  std::uint16_t port = 0;
  std::string target = "/";    ///< path and query, ready for the request line
  std::string unix_path = {};  ///< set only for `unix`

  /// The value of the `Host` header: without the port if it is the scheme's default.
  std::string authority() const;
  std::string to_string() const;
  /// Returns whether the host is the local machine: `localhost`, `*.localhost`, 127.0.0.0/8, `::1`, or a socket file.
  bool is_loopback() const;
};

/// Reads a URL, or the shorthand `3000`, `:3000/hooks` or `localhost:3000` for http to a port. Blanks, control bytes and bytes beyond ASCII in the target are percent-encoded; a fragment, and white
/// space around it all, is dropped.
/// Throws Error for another scheme, user names, a missing host, or an invalid port.
Url parse_url(std::string_view text);

/// Returns whether `text` starts with a scheme or with `unix:`, or is a shorthand, and so is meant as a URL.
bool looks_like_url(std::string_view text);

}  // namespace alohook
