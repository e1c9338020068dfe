#include "settings.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <map>

#include "ground/error.h"
#include "ground/visible.h"
#include "things/event.h"

namespace alohook {
namespace {

namespace fs = std::filesystem;

/// Two flags for one thing: when one is given, a lower source does not add the other.
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
  try {
    for (const std::string& value : values) option.add_result(value);
    option.run_callback();
  } catch (const CLI::ParseError& error) {
    throw Error(fmt::format("{}: {}", source, visible(error.what())),
                "it is read like the flag --" + setting_name(option));
  }
}

/// The configuration file's keys by section; keys at the top are under an empty name.
struct Configuration {
  std::string path;
  std::map<std::string, std::map<std::string, std::vector<std::string>>> sections;

  const std::vector<std::string>* find(const std::string& section, const std::string& key) const {
    const auto in = sections.find(section);
    if (in == sections.end()) return nullptr;
    const auto found = in->second.find(key);
    return found == in->second.end() ? nullptr : &found->second;
  }
};

std::optional<std::string> configuration_path(const CLI::App& command, const Context& context) {
  const CLI::Option* flag = command.get_option_no_throw("--config");
  if (flag != nullptr && flag->count() > 0) return flag->as<std::string>();
  if (const auto path = context.environment("ALOHOOK_CONFIG"); path && !path->empty()) return path;
  std::error_code ignored;
  if (fs::exists("alohook.toml", ignored)) return "alohook.toml";
  const auto folder = xdg_folder(context, "XDG_CONFIG_HOME", ".config");
  if (folder && fs::exists(*folder + "/config.toml", ignored)) return *folder + "/config.toml";
  return std::nullopt;
}

Configuration read_configuration(const std::string& path) {
  Configuration configuration{path, {}};
  std::ifstream file(path);
  if (!file || fs::is_directory(path)) {
    throw Error(fmt::format("cannot read the configuration file '{}'", visible(path)));
  }
  std::vector<CLI::ConfigItem> items;
  try {
    items = CLI::ConfigTOML().from_config(file);
  } catch (const std::exception& error) {
    throw Error(fmt::format("'{}' is not TOML: {}", visible(path), visible(error.what())));
  }
  for (const CLI::ConfigItem& item : items) {
    if (item.name == "++" || item.name == "--") continue;  // CLI11 marks sections so
    std::string key = item.name;
    std::replace(key.begin(), key.end(), '_', '-');
    const std::string section = item.parents.empty() ? "" : item.parents.front();
    configuration.sections[section][key] = item.inputs;
  }
  return configuration;
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
      throw Error(
          fmt::format("unknown section '[{}]' in '{}'", visible(section), visible(configuration.path)),
          "sections are named after commands, for example [listen]");
    }
    const std::vector<std::string>& names = known[section];
    for (const auto& [key, values] : keys) {
      if (std::find(names.begin(), names.end(), key) != names.end()) continue;
      const std::vector<std::string_view> candidates(names.begin(), names.end());
      const auto near = nearest(key, candidates);
      throw Error(fmt::format("unknown key '{}' in '{}'", visible(key), visible(configuration.path)),
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
  Configuration configuration;
  if (const auto path = configuration_path(command, context)) {
    configuration = read_configuration(*path);
    refuse_unknown_keys(configuration, root);
  }
  struct Source {
    CLI::Option* option;
    std::vector<std::string> values;
    std::string name;
  };
  std::vector<Source> from_environment;
  std::vector<Source> from_file;
  bool has_secret = false;  // on the command line
  bool environment_has_secret = false;
  for (CLI::Option* option : command.get_options()) {
    const std::string name = setting_name(*option);
    if (name.empty()) continue;
    if (option->count() > 0) {
      has_secret = has_secret || is_secret_source(name);
      continue;
    }
    const std::string variable = environment_name(name);
    if (const auto value = context.environment(variable); value && !value->empty()) {
      from_environment.push_back({option, {*value}, variable});
      environment_has_secret = environment_has_secret || is_secret_source(name);
      continue;
    }
    const auto* values = configuration.find(command.get_name(), name);
    if (values == nullptr) values = configuration.find("", name);
    if (values != nullptr)
      from_file.push_back({option, *values, fmt::format("{}: {}", configuration.path, name)});
  }
  const auto apply_all = [](const std::vector<Source>& sources, bool is_secret_set) {
    for (const Source& source : sources) {
      if (is_secret_set && is_secret_source(setting_name(*source.option))) continue;
      set_option(*source.option, source.values, source.name);
    }
  };
  apply_all(from_environment, has_secret);
  apply_all(from_file, has_secret || environment_has_secret);
}

}  // namespace alohook
