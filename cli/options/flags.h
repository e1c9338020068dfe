#pragma once
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "http/client/client.h"
#include "http/url.h"
#include "output/console.h"
#include "signing/signature.h"

namespace CLI {
class App;
class Option;
}  // namespace CLI

// Flags that several commands have. A flag means the same in every command that has it.
namespace alohook {

/// Gives the flags that are added while it lives a heading of their own in `--help` and the manual.
class FlagGroup {
 public:
  FlagGroup(CLI::App& app, const std::string& heading);
  ~FlagGroup();
  FlagGroup(const FlagGroup&) = delete;
  FlagGroup& operator=(const FlagGroup&) = delete;

 private:
  CLI::App& app_;
};

/// `--format --color --config`.
struct OutputOptions {
  Format format = Format::human;
  ColourChoice colour = ColourChoice::automatic;
  std::string config;  ///< read by the settings before the command runs
};
void add_output_options(CLI::App& app, OutputOptions& options);
Console make_console(const OutputOptions& options, Context& context);

/// `--secret --secret-file`.
struct SecretOptions {
  std::vector<std::string> values = {};
  std::vector<std::string> files = {};  ///< `-` is standard input

  bool is_empty() const { return values.empty() && files.empty(); }
};
void add_secret_options(CLI::App& app, SecretOptions& options);

/// `--encoding`.
void add_encoding_option(CLI::App& app, std::optional<Encoding>& encoding, const std::string& help);

/// `URL --timeout --connect-timeout --insecure --cacert --resolve --unix`.
struct TargetOptions {
  std::string url = default_url;
  ClientOptions client;
  bool is_insecure = false;
};
void add_target_options(CLI::App& app, TargetOptions& options);

/// A number and what stands behind it: `50/s`, `10x`, `512k`.
struct Quantity {
  double value = 0;  ///< not negative
  std::string_view unit;
};
/// Reads a decimal number without sign or exponent, and the rest as the unit; nullopt without a number.
std::optional<Quantity> read_quantity(std::string_view text);

/// Adds a flag that takes a duration (`250ms`, `30s`, `5m`).
void add_duration(CLI::App& app, const std::string& flag, std::chrono::milliseconds& value,
                  const std::string& help);

/// Adds a flag that takes a size in bytes (`65536`, `512k`, `10M`; k and M are 1024-based).
void add_size(CLI::App& app, const std::string& flag, std::size_t& value, const std::string& help);

/// Makes values other than whole decimal numbers from `least` to `most` usage errors. Returns the option.
CLI::Option* check_number(CLI::Option* option, std::uint64_t least = 0,
                          std::uint64_t most = std::numeric_limits<std::uint64_t>::max());

/// Adds a flag that takes one of a few words; another word is a usage error.
void add_choice(CLI::App& app, const std::string& flag, const std::vector<std::string>& words,
                std::function<void(std::size_t)> on_choice, const std::string& help);

}  // namespace alohook
