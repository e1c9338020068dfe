#include "options/target.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <string_view>

#include "base/error.h"
#include "base/visible.h"
#include "http/client/connection.h"
#include "options/declare.h"
#include "sender/shell.h"

namespace alohook {
namespace {

Header read_header(const std::string& line) {
  const auto colon = line.find(':');
  const std::string name = line.substr(0, colon);
  if (colon == std::string::npos || !is_header_name(name)) {
    throw bad_value("--header", "'Name: value'", line);
  }
  const auto begin = line.find_first_not_of(" \t", colon + 1);
  const std::string value = begin == std::string::npos ? "" : line.substr(begin);
  if (!is_header_value(value))
    throw Error(fmt::format("--header: the value of '{}' contains a newline or NUL", name));
  return {name, value};
}

}  // namespace

Url Target::reached() const {
  Url reached = url;
  if (!client.unix_path.empty()) reached.host = "localhost";
  for (const std::string& entry : client.resolve) {
    // The client may connect to any of them.
    for (const std::string& address : resolve_addresses(entry, url.host, url.port)) {
      reached.host = address;
      if (!reached.is_loopback()) return reached;
    }
  }
  return reached;
}

Target resolve_target(const TargetOptions& options) { return {parse_url(options.url), options.client}; }

std::string connection_flags(const TargetOptions& options, const TargetOptions& defaults) {
  std::string flags;
  const auto add = [&flags](std::string_view flag, std::string_view value) {
    if (!value.empty()) flags += fmt::format(" {} {}", flag, shell_argument(value));
  };
  const auto add_time = [&add](std::string_view flag, std::chrono::milliseconds time,
                               std::chrono::milliseconds usual) {
    if (time != usual) add(flag, fmt::format("{}ms", time.count()));
  };
  const ClientOptions& client = options.client;
  add_time("--timeout", client.timeout, defaults.client.timeout);
  add_time("--connect-timeout", client.connect_timeout, defaults.client.connect_timeout);
  add("--cacert", client.ca_file);
  for (const std::string& entry : client.resolve) add("--resolve", entry);
  add("--unix", client.unix_path);
  if (!options.client.verify_tls) flags += " --insecure";
  return flags;
}

std::string curl_connection_flags(const Target& target) {
  std::string flags;
  const auto add = [&flags](std::string_view flag, std::string_view value) {
    if (!value.empty()) flags += fmt::format(" {} {}", flag, shell_argument(value));
  };
  const ClientOptions& client = target.client;
  add("--cacert", client.ca_file);
  for (const std::string& entry : client.resolve) add("--resolve", entry);
  add("--unix-socket", client.unix_path);
  if (!client.verify_tls) flags += " --insecure";
  return flags;
}

void note_idle_tls_flags(std::span<const Url> urls, Console& console, const Context& context) {
  if (std::ranges::any_of(urls, [](const Url& url) { return url.scheme == "https"; })) return;
  for (const std::string name : {"insecure", "cacert"}) {
    const std::string flag = "--" + name;
    if (context.settings.origin_of(name) != flag) continue;
    console.talk(fmt::format("note: {} has no effect without an https URL", flag));
  }
}

void add_header_option(CommandApp& app, std::vector<std::string>& lines) {
  add_value(app, "--header", lines, {"HEADER"}, "Set a header, such as 'Name: value'");
}

Headers given_headers(const std::vector<std::string>& lines) {
  Headers headers;
  for (const std::string& line : lines) headers.push_back(read_header(line));
  return headers;
}

Headers request_headers(const std::vector<std::string>& lines) {
  Headers headers = given_headers(lines);
  if (!header_value(headers, "Accept")) headers.insert(headers.begin(), {"Accept", "*/*"});
  if (!header_value(headers, "User-Agent"))
    headers.insert(headers.begin(), {"User-Agent", "alohook/" ALOHOOK_VERSION});
  return headers;
}

}  // namespace alohook
