#include "options/settings.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <map>

#include "base/error.h"
#include "base/spelling.h"
#include "help/command_app.h"
#include "options/configuration.h"
#include "options/found_configuration.h"

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

/// Does so for flags whose value is optional. CLI11 treats `--insecure=` and `--inspect ""` like flags without a value.
void reject_empty_optional_values(const CLI::App& command, const std::vector<std::string>& arguments) {
  const auto end = std::find(arguments.begin(), arguments.end(), "--");
  for (auto at = arguments.begin(); at != end; ++at) {
    const bool is_assigned = at->starts_with("--") && at->ends_with('=');
    if (!is_assigned && !(at->empty() && at != arguments.begin())) continue;
    const std::string flag = is_assigned ? at->substr(0, at->size() - 1) : *std::prev(at);
    const CLI::Option* option = flag.starts_with("--") ? command.get_option_no_throw(flag) : nullptr;
    if (option == nullptr || option->get_items_expected_min() > 0) continue;
    if (is_assigned || option->get_items_expected_max() > 0) reject_empty({""}, flag, false);
  }
}

/// Does so for the command line. The program after -- may have empty arguments.
void reject_empty_flags(const CLI::App& command, const std::vector<std::string>& arguments) {
  reject_empty_optional_values(command, arguments);
  for (const CLI::Option* option : command.get_options()) {
    if (option->get_items_expected_min() == 0) continue;
    std::vector<std::string> values = option->results();
    if (option->get_single_name() == "command" && values.size() > 1) values.resize(1);
    reject_empty(values, option->get_name(), is_secret_source(setting_name(*option)));
  }
}

/// A configuration file, and whether somebody named it.
struct ConfigurationFile {
  std::string path;
  bool is_found = false;
};

/// Looks for `alohook.toml` in the current directory, and in its parents up to the root of the repository. Outside a
/// repository a parent may be anybody's, /tmp for example.
std::optional<std::string> find_file_nearby() {
  constexpr const char* name = "alohook.toml";
  std::error_code ignored;
  if (fs::exists(name, ignored)) return name;
  const fs::path start = fs::current_path(ignored);
  const auto is_root_of_repository = [&](const fs::path& folder) {
    return fs::exists(folder / ".git", ignored);
  };
  fs::path root = start;
  while (!is_root_of_repository(root)) {
    if (root == root.parent_path()) return std::nullopt;
    root = root.parent_path();
  }
  std::string path = name;
  for (fs::path folder = start; folder != root; folder = folder.parent_path()) {
    path.insert(0, "../");
    if (fs::exists(path, ignored)) return path;
  }
  return std::nullopt;
}

std::optional<ConfigurationFile> configuration_file(const CLI::App& command, const Context& context) {
  const CLI::Option* flag = command.get_option_no_throw("--config");
  if (flag != nullptr && flag->count() > 0) return ConfigurationFile{flag->as<std::string>()};
  if (auto path = context.environment("ALOHOOK_CONFIG")) {
    reject_empty({*path}, "ALOHOOK_CONFIG", false);
    return ConfigurationFile{*path};
  }
  if (auto path = find_file_nearby()) return ConfigurationFile{*path, true};
  std::error_code ignored;
  const auto folder = xdg_folder(context, "XDG_CONFIG_HOME", ".config");
  if (folder && fs::exists(*folder + "/config.toml", ignored))
    return ConfigurationFile{*folder + "/config.toml"};
  return std::nullopt;
}

bool names_path(const CLI::Option& option) {
  return option.get_type_name() == "FILE" || option.get_type_name() == "DIR";
}

/// Makes the paths of a configuration file relative to its own directory.
std::vector<std::string> relative_to_file(std::vector<std::string> values, const CLI::Option& option,
                                          const Configuration& configuration) {
  const fs::path folder = fs::path(configuration.path).parent_path();
  if (!names_path(option) || folder.empty()) return values;
  for (std::string& value : values) {
    if (!value.empty() && value != "-") value = (folder / value).lexically_normal().string();
  }
  return values;
}

void refuse_what_only_the_user_may(const CLI::Option& option, const std::vector<std::string>& values,
                                   const std::string& path) {
  const std::string name = setting_name(option);
  for (const std::string& value : values) {
    const auto objection =
        objection_to(name, option.get_type_name(), value, fs::path(path).parent_path().string());
    if (objection.empty()) continue;
    throw Error(fmt::format("'{}' in '{}' is not allowed: alohook found the file by itself, so {}", name,
                            path, objection),
                fmt::format("if you trust it, name it: --config {}", path));
  }
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
  const auto* values = configuration.find(command, name);
  const Rank rank = values != nullptr ? Rank::section : Rank::top;
  if (values == nullptr) values = configuration.find("", name);
  if (values != nullptr) return {&option, rank, relative_to_file(*values, option, configuration), place};
  return {&option, Rank::none, {}, {}};
}

std::vector<std::string> setting_names(const CLI::App& command) {
  std::vector<std::string> names;
  for (const CLI::Option* option : command.get_options()) {
    if (auto name = setting_name(*option); !name.empty()) names.push_back(name);
  }
  return names;
}

void refuse_unknown_keys(const Configuration& configuration, const CommandApp& root) {
  std::map<std::string, std::vector<std::string>> known;
  for (const CommandApp* command : root.commands()) {
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

std::vector<SettingsInForce::Item> settings_of_all_commands(const CommandApp& root, const Context& context) {
  std::vector<SettingsInForce::Item> items;
  const auto add = [&items](const std::string& name, std::string value, const std::string& origin) {
    if (name == "secret" || name.ends_with(" secret")) value.clear();
    const bool is_there =
        std::any_of(items.begin(), items.end(), [&](const auto& item) { return item.name == name; });
    if (!is_there) items.push_back({name, std::move(value), origin});
  };
  for (const CommandApp* command : root.commands()) {
    for (const std::string& name : setting_names(*command)) {
      const std::string variable = environment_name(name);
      if (const auto value = context.environment(variable); value && !value->empty())
        add(name, *value, variable);
    }
  }
  if (context.settings.file.empty()) return items;
  const Configuration configuration = read_configuration(context.settings.file);
  for (const auto& [section, keys] : configuration.sections) {
    for (const auto& [key, values] : keys)
      add(section.empty() ? key : fmt::format("{} {}", section, key),
          fmt::format("{}", fmt::join(values, ", ")), configuration.path);
  }
  return items;
}

void apply_settings(CommandApp& root, CommandApp& command, const std::vector<std::string>& arguments,
                    Context& context) {
  reject_empty_flags(command, arguments);
  Configuration configuration;
  SettingsInForce& in_force = context.settings;
  if (const auto file = configuration_file(command, context)) {
    if (file->is_found) require_own_file(file->path);
    configuration = read_configuration(file->path);
    refuse_unknown_keys(configuration, root);
    in_force.file = file->path;
    in_force.is_file_found = file->is_found;
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
    if (source.rank == Rank::none) continue;
    const std::string name = setting_name(*source.option);
    if (is_secret_source(name) && source.rank > secret_rank) continue;
    const bool is_of_file = source.rank == Rank::section || source.rank == Rank::top;
    if (is_of_file && in_force.is_file_found)
      refuse_what_only_the_user_may(*source.option, source.values, configuration.path);
    if (source.rank != Rank::flag) set_option(*source.option, source.values, source.name);
    in_force.is_file_effective = in_force.is_file_effective || is_of_file;
    const std::string value =
        name == "secret" ? "" : fmt::format("{}", fmt::join(source.option->results(), ", "));
    const std::string origin = source.rank == Rank::flag ? "--" + name
                               : is_of_file              ? configuration.path
                                                         : source.name;
    in_force.items.push_back({name, value, origin});
  }
}

}  // namespace alohook
