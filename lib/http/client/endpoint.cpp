#include "http/client/endpoint.h"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <iterator>

#include "base/error.h"
#include "base/text.h"
#include "base/visible.h"

namespace alohook {
namespace {

bool is_numeric(const std::string& address) {
  in6_addr bytes;  // large enough for IPv4 and IPv6
  return ::inet_pton(AF_INET, address.c_str(), &bytes) == 1 ||
         ::inet_pton(AF_INET6, address.c_str(), &bytes) == 1;
}

}  // namespace

std::string Endpoint::name() const {
  if (!unix_path.empty()) return "unix:" + visible(unix_path);
  const bool bracketed = host.find(':') != std::string::npos;
  return bracketed ? fmt::format("[{}]:{}", host, port) : fmt::format("{}:{}", visible(host), port);
}

std::vector<std::string> resolve_addresses(std::string_view entry, std::string_view host,
                                           std::uint16_t port) {
  const auto fail = [entry] {
    throw Error(fmt::format("\"{}\" does not say where a name is", visible(entry)),
                "write HOST:PORT:ADDRESS, for example example.com:443:127.0.0.1");
  };
  const auto without_brackets = [](std::string_view text) {
    return text.starts_with('[') && text.ends_with(']') ? text.substr(1, text.size() - 2) : text;
  };
  const auto host_end = entry.starts_with('[') ? entry.find("]:") + 1 : entry.find(':');
  const auto port_end = host_end < entry.size() ? entry.find(':', host_end + 1) : std::string_view::npos;
  if (port_end == std::string_view::npos || host_end == 0) fail();

  std::uint16_t entry_port = 0;
  const auto port_text = entry.substr(host_end + 1, port_end - host_end - 1);
  const auto [end, error] =
      std::from_chars(port_text.data(), port_text.data() + port_text.size(), entry_port);
  if (error != std::errc() || end != port_text.data() + port_text.size() || entry_port == 0) fail();

  std::vector<std::string> addresses;
  for (const auto address : split(entry.substr(port_end + 1), ',')) {
    addresses.emplace_back(without_brackets(address));
    if (!is_numeric(addresses.back())) fail();
  }
  const auto entry_host = without_brackets(entry.substr(0, host_end));
  const bool meant = (entry_host == "*" || equal_ignoring_case(entry_host, host)) && entry_port == port;
  return meant ? addresses : std::vector<std::string>();
}

Endpoint endpoint_of(const Url& url, const ClientOptions& options) {
  Endpoint endpoint{.host = url.host,
                    .port = url.port,
                    .unix_path = options.unix_path.empty() ? url.unix_path : options.unix_path,
                    .addresses = {},
                    .interrupt = options.interrupt};
  for (const std::string& entry : options.resolve) {
    std::ranges::move(resolve_addresses(entry, url.host, url.port), std::back_inserter(endpoint.addresses));
  }
  return endpoint;
}

}  // namespace alohook
