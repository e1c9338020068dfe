#include "options/found_configuration.h"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "http/url.h"
#include "receiver/response_script.h"

namespace alohook {
namespace {

namespace fs = std::filesystem;

struct Forbidden {
  std::string_view name;
  std::string_view reason;
};
constexpr std::array<Forbidden, 8> forbidden = {{
    {"effects-cmd", "it can't run programs"},
    {"insecure", "it can't turn off the verification of certificates"},
    {"forward-all", "it can't turn off the verification of signatures"},
    {"tolerance", "it can't change how old a signature may be"},
    {"allow-browser", "it can't let web pages in"},
    {"allow-host", "it can't let other host names in"},
    {"show", "it can't show secrets"},
    {"show-expected", "it can't show signatures"},
}};

constexpr std::string_view files_reason = "it can only name files in its own directory";
constexpr std::string_view hosts_reason = "it can only name addresses of this machine";

std::vector<std::string> parts_of(const std::string& text, char separator) {
  std::vector<std::string> parts;
  std::size_t start = 0;
  for (std::size_t end = text.find(separator); end != std::string::npos; end = text.find(separator, start)) {
    parts.push_back(text.substr(start, end - start));
    start = end + 1;
  }
  parts.push_back(text.substr(start));
  return parts;
}

/// Whether the path leads to a place below the directory, links followed, and not into git's own files.
bool is_inside(const std::string& path, const std::string& directory) {
  std::error_code error;
  // weakly_canonical leaves a relative path relative when nothing of it exists yet.
  const auto resolved = [&error](const std::string& name) {
    const fs::path absolute = error ? fs::path() : fs::absolute(name, error);
    return error ? fs::path() : fs::weakly_canonical(absolute, error);
  };
  const fs::path inner = resolved(path);
  const fs::path outer = resolved(directory.empty() ? "." : directory).lexically_normal();
  if (error) return false;
  // A link to a file that doesn't exist yet is left in the path, but opening it creates the file at its other end.
  for (fs::path part = inner; part.has_relative_path(); part = part.parent_path()) {
    if (fs::is_symlink(part, error)) return false;
  }
  const auto [at, end] = std::mismatch(outer.begin(), outer.end(), inner.begin(), inner.end());
  const bool is_below = at == outer.end() || (at->empty() && std::next(at) == outer.end());
  return is_below && std::find(end, inner.end(), fs::path(".git")) == inner.end();
}

bool is_local_host(const std::string& host) {
  Url url;
  url.scheme = "http";
  url.host = host;
  std::transform(url.host.begin(), url.host.end(), url.host.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return url.is_loopback();
}

std::string objection_to_url(const std::string& text, const std::string& directory) {
  // `3000` and `:3000/hooks` are ports of this machine.
  const std::string port =
      text.substr(text.starts_with(':') ? 1 : 0, text.find('/') - (text.starts_with(':') ? 1 : 0));
  if (port.size() <= 5 && port.find_first_not_of("0123456789") == std::string::npos) return {};
  try {
    const Url url = parse_url(looks_like_url(text) ? text : "http://" + text);
    if (!url.unix_path.empty()) return is_inside(url.unix_path, directory) ? "" : std::string(files_reason);
    return url.is_loopback() ? "" : std::string(hosts_reason);
  } catch (const Error&) {
    return std::string(hosts_reason);
  }
}

/// `host:port:address,address`
bool resolves_here(const std::string& rule) {
  const auto host_end = rule.find(':');
  const auto port_end = host_end == std::string::npos ? host_end : rule.find(':', host_end + 1);
  if (port_end == std::string::npos) return false;
  for (std::string address : parts_of(rule.substr(port_end + 1), ',')) {
    std::erase_if(address, [](char c) { return c == '[' || c == ']'; });
    if (!is_local_host(address)) return false;
  }
  return true;
}

/// The files that a script of responses reads: `200:body.json`.
bool responds_from(const std::string& list, const std::string& directory) {
  for (const std::string& entry : parts_of(list, ',')) {
    const auto colon = entry.find(':');
    if (colon == std::string::npos) continue;
    const std::string rest = entry.substr(colon + 1);
    const bool is_fault =
        std::ranges::any_of(named_faults, [&](const auto& fault) { return fault.name == rest; });
    if (!is_fault && !is_inside(rest, directory)) return false;
  }
  return true;
}

}  // namespace

void require_own_file(const std::string& path) {
  struct stat status = {};
  if (::stat(path.c_str(), &status) != 0) return;  // reading it will say why
  const std::string advice = fmt::format("if you trust it, name it: --config {}", path);
  if (status.st_uid != ::geteuid() && status.st_uid != 0)
    throw Error(fmt::format("'{}' belongs to another user", path), advice);
  const bool is_for_group = (status.st_mode & S_IWGRP) != 0 && status.st_gid != ::getegid();
  if ((status.st_mode & S_IWOTH) != 0 || is_for_group)
    throw Error(fmt::format("other users can write to '{}'", path), fmt::format("chmod go-w {}", path));
}

std::string objection_to(const std::string& name, const std::string& kind, const std::string& value,
                         const std::string& directory) {
  for (const Forbidden& one : forbidden) {
    if (one.name == name && value != "false") return std::string(one.reason);
  }
  if (kind == "FILE" || kind == "DIR")
    return value == "-" || is_inside(value, directory) ? "" : std::string(files_reason);
  if (name == "respond") return responds_from(value, directory) ? "" : std::string(files_reason);
  if (name == "event") {
    const bool is_name = value.find('/') == std::string::npos && value.find('.') == std::string::npos;
    return is_name || is_inside(value, directory) ? "" : std::string(files_reason);
  }
  if (name == "host") return is_local_host(value) ? "" : std::string(hosts_reason);
  if (name == "resolve") return resolves_here(value) ? "" : std::string(hosts_reason);
  if (kind.find("URL") == std::string::npos) return {};
  const auto equals = value.find('=');  // TYPE=URL
  const bool has_type = !looks_like_url(value) && equals != std::string::npos;
  return objection_to_url(has_type ? value.substr(equals + 1) : value, directory);
}

}  // namespace alohook
