#include "options/flags.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <charconv>
#include <cmath>

#include "base/clock.h"
#include "base/spelling.h"

namespace alohook {
namespace {

/// Writes a duration as the flag takes it: `250ms`, `30s`.
std::string short_duration(std::chrono::milliseconds value) {
  const bool is_whole = value.count() % 1000 == 0;
  return is_whole ? fmt::format("{}s", value.count() / 1000) : fmt::format("{}ms", value.count());
}

std::chrono::milliseconds read_duration(const std::string& flag, const std::string& text) {
  const auto duration = parse_duration(text);
  if (!duration)
    throw CLI::ValidationError(flag, fmt::format("'{}' is not a duration such as 250ms, 30s or 5m", text));
  return std::chrono::ceil<std::chrono::milliseconds>(*duration);
}

std::size_t read_size(const std::string& flag, const std::string& text) {
  const auto size = read_quantity(text);
  const std::string_view unit = size ? size->unit : "";
  const double factor = unit.empty() || unit == "B"                   ? 1
                        : unit == "k" || unit == "K" || unit == "KiB" ? 1024
                        : unit == "M" || unit == "MiB"                ? 1024.0 * 1024
                                                                      : 0;
  const double bytes = size ? size->value * factor : 0;
  if (!size || factor == 0 || bytes > 1e12) {
    throw CLI::ValidationError(flag, fmt::format("'{}' is not a size such as 65536, 512k or 10M", text));
  }
  return static_cast<std::size_t>(bytes);
}

/// What to say of a word that is none of `words`: all of them when they are few, else the one that was meant.
std::string not_one_of(const std::string& text, const std::vector<std::string>& words) {
  constexpr std::size_t few = 12;
  if (words.size() <= few) return fmt::format("'{}' is not one of {}", text, fmt::join(words, ", "));
  const auto near = nearest(text, std::vector<std::string_view>(words.begin(), words.end()));
  return near.empty() ? fmt::format("'{}' is none of the {} that there are", text, words.size())
                      : fmt::format("there is no '{}'; did you mean '{}'?", text, near);
}

}  // namespace

FlagGroup::FlagGroup(CLI::App& app, const std::string& heading) : app_(app) {
  app_.option_defaults()->group(heading);
}
FlagGroup::~FlagGroup() { app_.option_defaults()->group("Options"); }

std::optional<Quantity> read_quantity(std::string_view text) {
  double value = -1;
  const char* const text_end = text.data() + text.size();
  const auto [end, error] = std::from_chars(text.data(), text_end, value, std::chars_format::fixed);
  if (error != std::errc{} || !std::isfinite(value) || value < 0) return std::nullopt;
  return Quantity{value, {end, static_cast<std::size_t>(text_end - end)}};
}

CLI::Option* check_number(CLI::Option* option, std::uint64_t least, std::uint64_t most) {
  return option->check([least, most](const std::string& text) -> std::string {
    std::uint64_t value = 0;
    const char* const text_end = text.data() + text.size();
    const auto [end, error] = std::from_chars(text.data(), text_end, value);
    if (error == std::errc{} && end == text_end && value >= least && value <= most) return {};
    const std::string range = most == std::numeric_limits<std::uint64_t>::max()
                                  ? "a whole number"
                                  : fmt::format("a whole number from {} to {}", least, most);
    return fmt::format("'{}' is not {}", text, range);
  });
}

void add_choice(CLI::App& app, const std::string& flag, const std::vector<std::string>& words,
                std::function<void(std::size_t)> on_choice, const std::string& help) {
  const auto choose = [flag, words, on_choice](const std::string& text) {
    const auto found = std::find(words.begin(), words.end(), text);
    if (found == words.end()) {
      throw CLI::ValidationError(flag, not_one_of(text, words));
    }
    on_choice(static_cast<std::size_t>(found - words.begin()));
  };
  app.add_option_function<std::string>(flag, choose, help)
      ->type_name(fmt::format("{}", fmt::join(words, "|")));
}

void add_duration(CLI::App& app, const std::string& flag, std::chrono::milliseconds& value,
                  const std::string& help) {
  const auto set = [flag, &value](const std::string& text) { value = read_duration(flag, text); };
  app.add_option_function<std::string>(flag, set, help)
      ->type_name("DURATION")
      ->default_str(short_duration(value));
}

void add_size(CLI::App& app, const std::string& flag, std::size_t& value, const std::string& help) {
  const auto set = [flag, &value](const std::string& text) { value = read_size(flag, text); };
  const std::string shown =
      value % (1024 * 1024) == 0 ? fmt::format("{}M", value >> 20) : std::to_string(value);
  app.add_option_function<std::string>(flag, set, help)->type_name("SIZE")->default_str(shown);
}

void add_output_options(CLI::App& app, OutputOptions& options) {
  const FlagGroup group(app, "Output");
  add_choice(
      app, "--format", {"human", "json", "quiet"},
      [&options](std::size_t choice) { options.format = static_cast<Format>(choice); },
      "How results are written to stdout; json is one object a line");
  add_choice(
      app, "--color", {"auto", "always", "never"},
      [&options](std::size_t choice) { options.colour = static_cast<ColourChoice>(choice); },
      "Colour; NO_COLOR and CLICOLOR_FORCE are heeded too");
  app.add_option("--config", options.config, "Configuration file instead of alohook.toml")->type_name("FILE");
}

Console make_console(const OutputOptions& options, Context& context) {
  return {context, options.format, choose_palette(options.colour, context)};
}

void add_secret_options(CLI::App& app, SecretOptions& options) {
  const FlagGroup group(app, "Secret");
  app.add_option(
         "--secret-file", options.files,
         "File with a signing secret; - is standard input; may be repeated: the first signs, all verify")
      ->type_name("FILE")
      ->allow_extra_args(false);
  app.add_option(
         "--secret", options.values,
         "A signing secret; others on this machine can see it: prefer --secret-file or ALOHOOK_SECRET")
      ->type_name("VALUE")
      ->allow_extra_args(false);
}

void add_encoding_option(CLI::App& app, std::optional<Encoding>& encoding, const std::string& help) {
  add_choice(
      app, "--encoding", {"v0", "hex", "base64"},
      [&encoding](std::size_t choice) { encoding = static_cast<Encoding>(choice); }, help);
}

void add_target_options(CLI::App& app, TargetOptions& options) {
  const FlagGroup group(app, "Connection");
  app.add_option("url,--url", options.url, "Where to send: http://, https:// or unix:")
      ->type_name("URL")
      ->default_str(options.url);
  add_duration(app, "--timeout", options.client.timeout, "Time for the whole exchange");
  add_duration(app, "--connect-timeout", options.client.connect_timeout, "Time for connecting");
  app.add_flag("--insecure", options.is_insecure, "Do not verify the server's certificate");
  app.add_option("--cacert", options.client.ca_file, "Trust these certificates instead of the system's")
      ->type_name("FILE");
  app.add_option("--resolve", options.client.resolve, "Use this address: host:port:address; may be repeated")
      ->type_name("RULE")
      ->allow_extra_args(false);
  app.add_option("--unix", options.client.unix_path, "Connect to this socket file")->type_name("FILE");
}

}  // namespace alohook
