#include "sender/advice.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/text.h"
#include "base/visible.h"

namespace alohook {
namespace {

bool holds(std::string_view text, std::string_view part) { return text.find(part) != std::string_view::npos; }

std::string with_scheme(Url url, std::string scheme) {
  url.scheme = std::move(scheme);
  return url.to_string();
}

/// Recognizes how nginx, Apache, Go and others respond to plain HTTP on a TLS port.
bool asks_for_tls(const Response& response) {
  constexpr std::array words = {"HTTP request was sent to HTTPS port", "HTTP request to an HTTPS server",
                                "speaking plain HTTP to an SSL-enabled server port", "requires TLS"};
  return response.status >= 400 &&
         std::ranges::any_of(words, [&](const char* word) { return holds(response.body, word); });
}

/// Returns whether a URI reference has a scheme: a colon before any `/`, `?` or `#` (RFC 3986).
bool has_scheme(std::string_view reference) {
  const auto end = reference.find_first_of(":/?#");
  return end != std::string_view::npos && end > 0 && reference[end] == ':';
}

std::string advice_on_response(const Url& url, const Response& response) {
  if (url.scheme == "http" && asks_for_tls(response)) {
    return "the server speaks https on this port: " + with_scheme(url, "https");
  }
  if (response.status >= 300 && response.status < 400) {
    const std::string target = redirect_target(url, response);
    if (target.empty()) return "it redirects nowhere: there is no Location";
    if (leads_to_login(target))
      return fmt::format("it redirects to {}: exempt this path from authentication, ALO can't log in",
                         target);
    return fmt::format("it redirects to {}: send there, ALO is not known to follow redirects", target);
  }
  if (response.status == 404) return "is the path right?";
  if (response.status == 405) {
    const auto allow = header_value(response.headers, "Allow");
    return fmt::format("does this path accept POST?{}",
                       allow ? " It allows " + shortened(visible(*allow), 80) : "");
  }
  return {};
}

std::string advice_on_silence(const Url& url, const Exchange& exchange) {
  const bool is_local = url.is_loopback();
  switch (exchange.error.kind) {
    case SendError::Kind::refused:
      if (url.to_string() == default_url) return "is `alohook listen` running? Or name your server's URL";
      return is_local ? "is your server running?" : "is the server running, and the port right?";
    case SendError::Kind::unresolved:
      return "check the host name";
    case SendError::Kind::timed_out:
      if (holds(exchange.error.detail, "TLS handshake"))
        return "does the server speak plain http? Try " + with_scheme(url, "http");
      return "does your server respond at all? --timeout sets how long to wait";
    case SendError::Kind::tls:
      if (holds(exchange.error.detail, "plain HTTP") || holds(exchange.error.detail, "speak TLS"))
        return "does the server speak plain http? Try " + with_scheme(url, "http");
      if (holds(exchange.error.detail, "self-signed") || holds(exchange.error.detail, "authority"))
        return "trust it with --cacert FILE, or skip verification with --insecure";
      return {};
    case SendError::Kind::closed:
    case SendError::Kind::not_http: {
      // A response that breaks off or is malformed further on is HTTP all the same.
      const bool is_http_at_first = !holds(exchange.error.detail, "without a response") &&
                                    !holds(exchange.error.detail, "is not HTTP/1.1");
      if (url.scheme != "http" || is_http_at_first) return {};
      return "does the server speak https? Try " + with_scheme(url, "https");
    }
    case SendError::Kind::interrupted:
      return {};
  }
  return {};
}

}  // namespace

bool leads_to_login(std::string_view location) {
  constexpr std::array anywhere = {"login", "signin", "sign-in", "sign_in", "cloudflareaccess", "accounts."};
  constexpr std::array as_words = {"auth",   "authenticate", "authorize", "oauth",
                                   "oauth2", "openid",       "saml",      "sso"};
  const std::string low = lower_case(location);
  if (std::ranges::any_of(anywhere, [&low](const char* word) { return holds(low, word); })) return true;
  for (std::size_t at = 0; at < low.size();) {
    const std::size_t end = std::min(low.find_first_of("/?#&=.:-_", at), low.size());
    if (std::ranges::find(as_words, std::string_view(low).substr(at, end - at)) != as_words.end())
      return true;
    at = end + 1;
  }
  return false;
}

std::string redirect_target(const Url& url, const Response& response) {
  const auto location = header_value(response.headers, "Location");
  if (response.status < 300 || response.status >= 400 || !location || location->empty()) return {};
  constexpr std::size_t longest = 200;
  std::string shown = shortened(visible(*location), longest);
  if (has_scheme(*location)) return shown;
  if (location->starts_with("//")) return url.scheme + ":" + shown;
  const std::string origin =
      url.scheme == "unix" ? "unix:" + visible(url.unix_path) + ":" : url.scheme + "://" + url.authority();
  if (location->starts_with('/')) return origin + shown;
  const std::string_view path = std::string_view(url.target).substr(0, url.target.find('?'));
  if (location->starts_with('?')) return origin + std::string(path) + shown;
  return origin + std::string(path.substr(0, path.rfind('/') + 1)) + shown;
}

std::string advice(const Url& url, const Exchange& exchange) {
  return exchange.response ? advice_on_response(url, *exchange.response) : advice_on_silence(url, exchange);
}

}  // namespace alohook
