#pragma once
#include <span>
#include <string>
#include <vector>

#include "http/message.h"
#include "http/url.h"
#include "options/flags.h"
#include "output/console.h"

namespace alohook {

/// Where requests go and how the connection is made.
struct Target {
  Url url;
  ClientOptions client;

  /// Returns the URL with the host that is really reached, which `--unix` and `--resolve` may have replaced. Of several
  /// addresses it is one beyond this machine, if there is any.
  Url reached() const;
};

/// Reads the options' URL; throws Error when it is none.
Target resolve_target(const TargetOptions& options);

/// Returns the flags that make the same connection again, each after a space, for a POSIX shell. Time-outs that are the
/// command's `defaults` are left out.
std::string connection_flags(const TargetOptions& options, const TargetOptions& defaults);

/// Returns the same for curl. The socket file of a `unix:` URL becomes an option.
std::string curl_connection_flags(const Target& target);

/// Notes `--insecure` and `--cacert` on the command line if none of the URLs is https: no certificate is verified then.
/// Settings of the environment and of the configuration file are for all commands, so they may be idle.
void note_idle_tls_flags(std::span<const Url> urls, Console& console, const Context& context);

/// `--header 'Name: value'`, repeatable.
void add_header_option(CommandApp& app, std::vector<std::string>& lines);

/// Returns the headers given as `Name: value`. Throws Error for a line that is no header.
Headers given_headers(const std::vector<std::string>& lines);

/// Returns the headers of a request that alohook makes: its own `User-Agent` and `Accept`, then those given, which
/// replace others of their name. Throws Error for a line that is no header.
Headers request_headers(const std::vector<std::string>& lines);

}  // namespace alohook
