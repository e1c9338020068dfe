#include "options/settings.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <filesystem>
#include <map>

#include "base/error.h"
#include "base/spelling.h"
#include "options/configuration.h"

namespace alohook {
namespace {

namespace fs = std::filesystem;

/// Two flags for one thing: when a source gives one, a lower source does not add the other.
constexpr std::array<std::string_view, 2> secret_sources = {"secret", "secret-file"};

bool is_secret_source(std::string_view name) {
  return std::find(secret_sources.begin(), secret_sources.end(), name) != secret_sources.end();
}

/// The option's name in settings, or an empty string for those that no setting can have.
std::string setting_name(const CLI::Option& option) {
  const auto& names = option.get_lnames();
  if (names.empty() || names[0] == "help" || names[0] == "version" || names[0] == "config") return {};
  return names[0];
}

std::string environment_name(const std::string& setting) {
  std::string name = "ALOHOOK_" + setting;
  std::transform(name.begin(), name.end(), name.begin(),
                 [](unsigned char c) { return c == '-' ? '_' : static_cast<char>(std::toupper(c)); });
  return name;
}

void set_option(CLI::Option& option, const std::vector<std::string>& values, const std::string& source) {
  if (values.size() > 1 && option.get_items_expected_max() == 1) {
    throw Error(fmt::format("{}: expected one value, got several", source));
  }
  const std::string flag = "--" + setting_name(option);
  try {
    for (const std::string& value : values) option.add_result(value);
    option.run_callback();
  } catch (const Error& error) {
    const std::string_view what = error.what();
    const std::size_t known = what.starts_with(flag + ": ") ? flag.size() + 2 : 0;
    throw Error(fmt::format("{}: {}", source, what.substr(known)), error.hint());
  } catch (const CLI::ParseError&) {
    throw Error(fmt::format("{}: {} doesn't take this value", source, flag),
                fmt::format("expected true or false"));
  }
}

/// Throws for an empty value, wherever it comes from: it is what a script gives when its variable is unset. Taken for an
/// absent one, it would silently turn off what the user asked for, such as recording.
void reject_empty(const std::vector<std::string>& values, const std::string& name, bool is_secret) {
  if (std::find(values.begin(), values.end(), "") == values.end()) return;
  throw Error(fmt::format("{} is empty", name), is_secret ? "put the signing secret into it, or leave it out"
                                                          : "give a value, or leave it out");
}

/// Does so for the command line. The program after -- may have empty arguments, and some flags need no value.
void reject_empty_flags(const CLI::App& command) {
  for (const CLI::Option* option : command.get_options()) {
    if (option->get_items_expected_min() == 0) continue;
    std::vector<std::string> values = option->results();
    if (option->get_single_name() == "command" && values.size() > 1) values.resize(1);
    reject_empty(values, option->get_name(), is_secret_source(setting_name(*option)));
  }
}

std::optional<std::string> configuration_path(const CLI::App& command, const Context& context) {
  const CLI::Option* flag = command.get_option_no_throw("--config");
  if (flag != nullptr && flag->count() > 0) return flag->as<std::string>();
  if (auto path = context.environment("ALOHOOK_CONFIG")) {
    reject_empty({*path}, "ALOHOOK_CONFIG", false);
    return path;
  }
  std::error_code ignored;
  if (fs::exists("alohook.toml", ignored)) return "alohook.toml";
  const auto folder = xdg_folder(context, "XDG_CONFIG_HOME", ".config");
  if (folder && fs::exists(*folder + "/config.toml", ignored)) return *folder + "/config.toml";
  return std::nullopt;
}

/// Where a setting can come from, the first counting before the others.
enum class Rank { flag, environment, section, top, none };

struct Source {
  CLI::Option* option;
  Rank rank;
  std::vector<std::string> values;  ///< empty for a flag: it is set already
  std::string name;
};

/// Returns the first source that has the option.
Source find_source(CLI::Option& option, const std::string& command, const Configuration& configuration,
                   const Context& context) {
  if (option.count() > 0) return {&option, Rank::flag, {}, {}};
  const std::string name = setting_name(option);
  const std::string variable = environment_name(name);
  if (const auto value = context.environment(variable))
    return {&option, Rank::environment, {*value}, variable};
  const std::string place = fmt::format("{}: {}", configuration.path, name);
  if (const auto* values = configuration.find(command, name)) return {&option, Rank::section, *values, place};
  if (const auto* values = configuration.find("", name)) return {&option, Rank::top, *values, place};
  return {&option, Rank::none, {}, {}};
}

std::vector<std::string> setting_names(const CLI::App& command) {
  std::vector<std::string> names;
  for (const CLI::Option* option : command.get_options()) {
    if (auto name = setting_name(*option); !name.empty()) names.push_back(name);
  }
  return names;
}

void refuse_unknown_keys(const Configuration& configuration, const CLI::App& root) {
  std::map<std::string, std::vector<std::string>> known;
  for (const CLI::App* command : root.get_subcommands([](const CLI::App*) { return true; })) {
    known[command->get_name()] = setting_names(*command);
    auto& top = known[""];
    top.insert(top.end(), known[command->get_name()].begin(), known[command->get_name()].end());
  }
  for (const auto& [section, keys] : configuration.sections) {
    if (known.count(section) == 0) {
      std::vector<std::string_view> candidates;
      for (const auto& [name, ignored] : known) candidates.push_back(name);
      const auto near = nearest(section, candidates);
      throw Error(fmt::format("unknown section '[{}]' in '{}'", section, configuration.path),
                  near.empty() ? "sections are named after commands, for example [listen]"
                               : fmt::format("did you mean '[{}]'?", near));
    }
    const std::vector<std::string>& names = known[section];
    for (const auto& [key, values] : keys) {
      if (std::find(names.begin(), names.end(), key) != names.end()) continue;
      const std::vector<std::string_view> candidates(names.begin(), names.end());
      const auto near = nearest(key, candidates);
      throw Error(fmt::format("unknown key '{}' in '{}'", key, configuration.path),
                  near.empty() ? "keys are the long flags without their dashes"
                               : fmt::format("did you mean '{}'?", near));
    }
  }
}

}  // namespace

std::optional<std::string> xdg_folder(const Context& context, const std::string& variable,
                                      const std::string& below_home) {
  const std::string value = context.environment(variable).value_or("");
  if (value.starts_with('/')) return value + "/alohook";
  const std::string home = context.environment("HOME").value_or("");
  if (home.starts_with('/')) return home + "/" + below_home + "/alohook";
  return std::nullopt;
}

void apply_settings(CLI::App& root, CLI::App& command, const Context& context) {
  reject_empty_flags(command);
  Configuration configuration;
  if (const auto path = configuration_path(command, context)) {
    configuration = read_configuration(*path);
    refuse_unknown_keys(configuration, root);
  }
  std::vector<Source> sources;
  Rank secret_rank = Rank::none;
  for (CLI::Option* option : command.get_options()) {
    const std::string name = setting_name(*option);
    if (name.empty()) continue;
    const Source source = find_source(*option, command.get_name(), configuration, context);
    reject_empty(source.values, source.name, is_secret_source(name));
    if (is_secret_source(name)) secret_rank = std::min(secret_rank, source.rank);
    sources.push_back(source);
  }
  for (const Source& source : sources) {
    if (source.rank == Rank::flag || source.rank == Rank::none) continue;
    if (is_secret_source(setting_name(*source.option)) && source.rank > secret_rank) continue;
    set_option(*source.option, source.values, source.name);
  }
}

}  // namespace alohook
