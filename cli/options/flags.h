#pragma once
#include <optional>
#include <string>
#include <vector>

#include "http/client/client.h"
#include "http/url.h"
#include "options/declare.h"
#include "output/console.h"
#include "signing/signature.h"

// Flags that several commands have. A flag means the same in every command that has it.
namespace alohook {

/// `--format --color --config`.
struct OutputOptions {
  Format format = Format::human;
  ColourChoice colour = ColourChoice::automatic;
  std::string config;  ///< read by the settings before the command runs
};
void add_output_options(CommandApp& app, OutputOptions& options);
Console make_console(const OutputOptions& options, Context& context);

/// `--secret --secret-file`.
struct SecretOptions {
  std::vector<std::string> values = {};
  std::vector<std::string> files = {};  ///< `-` is standard input

  bool is_empty() const { return values.empty() && files.empty(); }
};
void add_secret_options(CommandApp& app, SecretOptions& options);

/// `--encoding`.
FlagRef add_encoding_option(CommandApp& app, std::optional<Encoding>& encoding, const std::string& help);

/// `URL --timeout --connect-timeout --insecure --cacert --resolve --unix`.
struct TargetOptions {
  std::string url = default_url;
  ClientOptions client;
};
void add_target_options(CommandApp& app, TargetOptions& options);

}  // namespace alohook
