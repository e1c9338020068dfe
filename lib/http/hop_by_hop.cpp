#include "http/hop_by_hop.h"

#include <algorithm>
#include <array>

#include "base/text.h"

namespace alohook {
namespace {

constexpr std::array<std::string_view, 11> not_passed_on = {
    "Connection",
    "Keep-Alive",
    "Proxy-Connection",
    "Proxy-Authenticate",
    "Proxy-Authorization",
    "TE",
    "Trailer",
    "Transfer-Encoding",
    "Upgrade",
    "Expect",
    "Content-Length",
};

/// Headers for the final server, whatever `Connection` says: otherwise two servers could interpret a request
/// differently. A signature that is verified here must also be verifiable there.
constexpr std::array<std::string_view, 7> always_passed_on = {
    "Host",   "Content-Type",  "Content-Encoding",        "X-ALO-Signature",
    "Cookie", "Authorization", "X-ALO-Request-Timestamp",
};

/// Returns whether a list such as `close, X-Trace` contains this name.
bool names(std::string_view list, std::string_view name) {
  return std::ranges::any_of(split(list, ','), [name](std::string_view item) {
    return equal_ignoring_case(trimmed(item, blanks), name);
  });
}

}  // namespace

Headers without_hop_by_hop(const Headers& headers) {
  const auto connection = header_values(headers, "Connection");
  const auto is_dropped = [&](const Header& header) {
    const auto is_it = [&](std::string_view name) { return equal_ignoring_case(name, header.name); };
    return std::ranges::any_of(not_passed_on, is_it) ||
           (std::ranges::none_of(always_passed_on, is_it) &&
            std::ranges::any_of(connection, [&](auto list) { return names(list, header.name); }));
  };
  Headers kept;
  std::ranges::remove_copy_if(headers, std::back_inserter(kept), is_dropped);
  return kept;
}

Request addressed_to(const Request& received, const Url& target, HostHeader host) {
  Request request{.method = received.method,
                  .target = target.target == "/" ? received.target : target.target,
                  .headers = without_hop_by_hop(received.headers),
                  .body = received.body};
  if (host == HostHeader::kept) return request;
  const auto is_host = [](const Header& header) { return equal_ignoring_case(header.name, "Host"); };
  Headers& headers = request.headers;
  const auto first = std::ranges::find_if(headers, is_host);
  if (first == headers.end()) {
    headers.insert(headers.begin(), {"Host", target.authority()});
    return request;
  }
  first->value = target.authority();
  headers.erase(std::remove_if(first + 1, headers.end(), is_host), headers.end());
  return request;
}

}  // namespace alohook
