#include "inspector/guard.h"

#include <array>
#include <vector>

#include "base/crypto.h"

namespace alohook {
namespace {

constexpr GuardRejection wrong_host{421, "wrong-host", "this address serves only itself"};
constexpr GuardRejection wrong_method{405, "wrong-method", "only GET, HEAD and POST are served"};
constexpr GuardRejection wrong_origin{403, "wrong-origin", "requests from other origins are rejected"};
constexpr GuardRejection cross_site{403, "cross-site", "requests from other sites are rejected"};
constexpr GuardRejection no_such_path{404, "no-such-path", "there is nothing here"};
constexpr GuardRejection no_token{401, "no-token",
                                  "the token is missing or wrong; open the URL that alohook printed"};

constexpr std::string_view bearer = "Bearer ";

/// Returns the two names of the inspector, without a scheme. No patterns, and not just any IP address.
std::array<std::string, 2> own_hosts(std::uint16_t port) {
  const std::string suffix = port == 80 ? "" : ":" + std::to_string(port);
  return {"127.0.0.1" + suffix, "localhost" + suffix};
}

bool is_own_host(std::string_view value, std::uint16_t port) {
  const auto hosts = own_hosts(port);
  return value == hosts[0] || value == hosts[1];
}

bool is_own_origin(std::string_view value, std::uint16_t port) {
  constexpr std::string_view scheme = "http://";
  return value.starts_with(scheme) && is_own_host(value.substr(scheme.size()), port);
}

bool has_token(const Headers& headers, std::string_view token) {
  const auto values = header_values(headers, "Authorization");
  return values.size() == 1 && values[0].starts_with(bearer) &&
         equal_constant_time(values[0].substr(bearer.size()), token);
}

bool is_cross_site(const Request& request, std::string_view path) {
  const auto sites = header_values(request.headers, "Sec-Fetch-Site");
  if (sites.empty() || (sites.size() == 1 && sites[0] == "same-origin")) return false;
  // The page itself contains no data, so users may navigate to it from anywhere.
  const auto modes = header_values(request.headers, "Sec-Fetch-Mode");
  const bool is_navigation = modes.size() == 1 && modes[0] == "navigate";
  return !(path == "/" && request.method == "GET" && is_navigation && sites.size() == 1);
}

}  // namespace

std::string_view path_of(std::string_view target) { return target.substr(0, target.find('?')); }

std::optional<GuardRejection> guard(const Request& request, const GuardPolicy& policy) {
  const auto hosts = header_values(request.headers, "Host");
  if (hosts.size() != 1 || !is_own_host(hosts[0], policy.port)) return wrong_host;
  // OPTIONS is rejected here, so no preflight ever succeeds.
  const bool is_post = request.method == "POST";
  if (request.method != "GET" && request.method != "HEAD" && !is_post) return wrong_method;
  const auto origins = header_values(request.headers, "Origin");
  if (origins.size() > 1 || (is_post && origins.empty())) return wrong_origin;
  if (!origins.empty() && !is_own_origin(origins[0], policy.port)) return wrong_origin;
  const std::string_view path = path_of(request.target);
  if (is_cross_site(request, path)) return cross_site;
  // Routes are compared byte by byte, and none of them is percent-encoded.
  if (!path.starts_with('/') || path.find('%') != std::string_view::npos) return no_such_path;
  if (path.starts_with("/api/") && !has_token(request.headers, policy.token)) return no_token;
  if (is_post && !path.starts_with("/api/")) return wrong_method;
  return std::nullopt;
}

}  // namespace alohook
