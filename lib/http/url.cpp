#include "http/url.h"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>
#include <tuple>

#include "base/error.h"
#include "base/text.h"
#include "base/visible.h"
#include "http/message.h"

namespace alohook {

namespace {

[[noreturn]] void refuse(std::string_view url, std::string_view why, std::string hint = {}) {
  if (hint.empty()) hint = "a URL looks like http://127.0.0.1:3000/webhooks or unix:/path/to.sock:/webhooks";
  throw Error(fmt::format("\"{}\" is not a URL to send to: {}", visible(url), why), std::move(hint));
}

/// Returns the scheme before `://`, or nullopt.
std::optional<std::string_view> scheme_of(std::string_view text) {
  const auto end = text.find("://");
  if (end == std::string_view::npos || end == 0 || !is_letter(text[0])) return std::nullopt;
  const auto scheme = text.substr(0, end);
  const bool valid = std::ranges::all_of(
      scheme, [](char c) { return is_letter(c) || is_digit(c) || c == '+' || c == '-' || c == '.'; });
  return valid ? std::optional(scheme) : std::nullopt;
}

bool starts_with_unix(std::string_view text) {
  return text.size() >= 5 && equal_ignoring_case(text.substr(0, 5), "unix:");
}

/// Encodes the part after the authority for use in a request line.
std::string request_target(std::string_view text) {
  text = text.substr(0, text.find('#'));
  std::string target = text.starts_with('/') ? "" : "/";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte <= ' ' || byte >= 0x7f) {
      target += fmt::format("%{:02X}", byte);
    } else {
      target += c;
    }
  }
  return target;
}

bool is_ipv6(const std::string& host) {
  in6_addr address{};
  return inet_pton(AF_INET6, host.c_str(), &address) == 1;
}

bool is_host_name(std::string_view host) {
  const bool valid = std::ranges::all_of(
      host, [](char c) { return is_letter(c) || is_digit(c) || c == '-' || c == '.' || c == '_'; });
  return valid && !host.empty() && host.size() <= 254 && host[0] != '.' &&
         host.find("..") == std::string_view::npos;
}

/// Expands the shorthands for a local server: `3000`, `:3000/hooks`, `localhost:3000`. Returns any other text
/// unchanged.
std::string without_shorthand(std::string_view text) {
  const std::string_view authority = text.substr(0, text.find_first_of("/?#"));
  const auto colon = authority.rfind(':');
  const std::string_view port = colon == std::string_view::npos ? authority : authority.substr(colon + 1);
  const bool is_port = !port.empty() && port.size() <= 6 && std::ranges::all_of(port, is_digit);
  if (scheme_of(text) || starts_with_unix(text) || !is_port) return std::string(text);
  const bool has_host = colon != std::string_view::npos && colon > 0;
  if (has_host) {
    const std::string_view host = authority.substr(0, colon);
    return is_host_name(host) || host.starts_with('[') ? "http://" + std::string(text) : std::string(text);
  }
  return fmt::format("http://127.0.0.1:{}", text.substr(colon == 0 ? 1 : 0));
}

Url parse_unix(std::string_view url) {
  auto path = url.substr(5);
  // Some other tools write `unix:///tmp/x`.
  while (path.starts_with("//")) path.remove_prefix(1);
  Url result{.scheme = "unix", .host = "localhost"};
  if (const auto colon = path.find(":/"); colon != std::string_view::npos) {
    result.target = request_target(path.substr(colon + 1));
    path = path.substr(0, colon);
  }
  if (path.empty() || path == "/") refuse(url, "the path of the socket file is missing");
  if (path.find('\0') != std::string_view::npos) refuse(url, "the path of the socket file holds a zero byte");
  result.unix_path = path;
  return result;
}

std::uint16_t parse_port(std::string_view url, std::string_view text) {
  if (text.empty()) refuse(url, "there is no port after the colon");
  unsigned port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  if (error != std::errc() || end != text.data() + text.size() || port < 1 || port > 65535) {
    refuse(url, fmt::format("the port \"{}\" is not a number from 1 to 65535", visible(text)));
  }
  return static_cast<std::uint16_t>(port);
}

/// Splits `host`, `host:port` or `[address]:port`. The second part includes the colon.
std::pair<std::string, std::string_view> split_authority(std::string_view url, std::string_view authority) {
  if (authority.starts_with('[')) {
    const auto bracket = authority.find(']');
    if (bracket == std::string_view::npos) refuse(url, "the bracket of the IPv6 address is not closed");
    auto host = lower_case(authority.substr(1, bracket - 1));
    if (!is_ipv6(host)) refuse(url, "there is no IPv6 address between the brackets");
    return {std::move(host), authority.substr(bracket + 1)};
  }
  const auto colon = std::min(authority.find(':'), authority.size());
  auto host = lower_case(authority.substr(0, colon));
  if (is_ipv6(std::string(authority))) {
    refuse(url, "an IPv6 address needs brackets", fmt::format("write [{}]", authority));
  }
  if (host.empty()) refuse(url, "the host is missing");
  if (!is_host_name(host)) {
    refuse(url, fmt::format("\"{}\" is not a host name", visible(host)),
           "letters, digits, dots and hyphens make a host name; write an international one as xn--…");
  }
  return {std::move(host), authority.substr(colon)};
}

}  // namespace

std::string Url::authority() const {
  const bool bracketed = host.find(':') != std::string::npos;
  const auto name = bracketed ? fmt::format("[{}]", host) : host;
  const bool own_port = (scheme == "http" && port == 80) || (scheme == "https" && port == 443);
  return own_port || scheme == "unix" ? name : fmt::format("{}:{}", name, port);
}

std::string Url::to_string() const {
  if (scheme == "unix") return "unix:" + unix_path + (target == "/" ? "" : ":" + target);
  return scheme + "://" + authority() + target;
}

bool Url::is_loopback() const {
  if (!unix_path.empty()) return true;
  std::string_view name = host;
  if (name.ends_with('.')) name.remove_suffix(1);
  if (name == "localhost" || name.ends_with(".localhost")) return true;

  // Accept only the strict forms: `127.1` and `0x7f000001` are ambiguous.
  in_addr v4{};
  if (inet_pton(AF_INET, host.c_str(), &v4) == 1) return (ntohl(v4.s_addr) >> 24) == 127;
  in6_addr v6{};
  return inet_pton(AF_INET6, host.c_str(), &v6) == 1 && IN6_IS_ADDR_LOOPBACK(&v6);
}

Url parse_url(std::string_view text) {
  const std::string whole = without_shorthand(trimmed(text));
  const std::string_view url = whole;
  if (starts_with_unix(url)) return parse_unix(url);
  const bool is_quoted =
      url.size() > 1 && (url.front() == '"' || url.front() == '\'') && url.back() == url.front();
  if (is_quoted) {
    refuse(url, "it has quotes around it",
           "remove them: docker --env-file and some .env readers keep quotes");
  }
  const auto scheme = scheme_of(url);
  if (!scheme) {
    const bool is_path = url.empty() || url.starts_with('/') || url.starts_with('.');
    refuse(url, "it has no scheme", is_path ? "" : fmt::format("try http://{}", visible(url)));
  }

  Url result{.scheme = lower_case(*scheme)};
  if (result.scheme != "http" && result.scheme != "https") {
    refuse(url, fmt::format("\"{}\" is neither http nor https", *scheme));
  }
  const auto rest = url.substr(scheme->size() + 3);
  const auto authority = rest.substr(0, rest.find_first_of("/?#"));
  if (authority.find('@') != std::string_view::npos) {
    // Don't quote the URL: the part before the @ may contain a password.
    throw Error("the URL holds a user name or a password",
                "leave them out and use --header 'Authorization: …'");
  }
  result.target = request_target(rest.substr(authority.size()));

  std::string_view port;
  std::tie(result.host, port) = split_authority(url, authority);
  if (port.empty()) {
    result.port = result.scheme == "https" ? 443 : 80;
  } else if (port[0] == ':') {
    result.port = parse_port(url, port.substr(1));
  } else {
    refuse(url, "something other than a port follows the host");
  }
  return result;
}

bool looks_like_url(std::string_view text) {
  const auto url = trimmed(text);
  return starts_with_unix(url) || scheme_of(url).has_value() || without_shorthand(url) != url;
}

}  // namespace alohook
