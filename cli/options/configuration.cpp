#include "options/configuration.h"

#include <fmt/format.h>
#include <toml++/toml.h>

#include <algorithm>
#include <optional>
#include <string_view>

#include "base/error.h"
#include "options/input.h"

namespace alohook {
namespace {

/// Returns a single value as the text that a flag takes.
std::optional<std::string> text_of(const toml::node& node) {
  if (auto text = node.value_exact<std::string>()) return text;
  if (const auto number = node.value_exact<std::int64_t>()) return std::to_string(*number);
  if (const auto number = node.value_exact<double>()) return fmt::to_string(*number);
  if (const auto truth = node.value_exact<bool>()) return *truth ? "true" : "false";
  return std::nullopt;
}

Configuration::Values values_of(const toml::node& node, const std::string& place) {
  Configuration::Values values;
  const auto add = [&](const toml::node& item) {
    const auto text = text_of(item);
    if (!text)
      throw Error(fmt::format("{} must be a string, a number, true or false, or a list of them", place));
    // Neither a flag nor a variable can hold one, and the system would see another path than the checks do.
    if (text->find('\0') != text->npos) throw Error(fmt::format("{} contains a NUL byte", place));
    values.push_back(*text);
  };
  if (const auto* array = node.as_array()) {
    for (const toml::node& item : *array) add(item);
  } else {
    add(node);
  }
  return values;
}

void add_section(Configuration& configuration, const std::string& section, const toml::table& table) {
  for (const auto& [name, node] : table) {
    std::string key(name.str());
    if (section.empty() && node.is_table()) {
      add_section(configuration, key, *node.as_table());
      continue;
    }
    const std::string place = fmt::format("'{}': {}", configuration.path, key);
    std::replace(key.begin(), key.end(), '_', '-');
    configuration.sections[section][key] = values_of(node, place);
  }
  if (!section.empty()) configuration.sections[section];  // an empty section is one too
}

}  // namespace

const Configuration::Values* Configuration::find(const std::string& section, const std::string& key) const {
  const auto in = sections.find(section);
  if (in == sections.end()) return nullptr;
  const auto found = in->second.find(key);
  return found == in->second.end() ? nullptr : &found->second;
}

Configuration read_configuration(const std::string& path) {
  Configuration configuration{path, {}};
  try {
    add_section(configuration, "", toml::parse(read_file(path), path));
  } catch (const toml::parse_error& error) {
    // `Error while parsing key-value pair: expected '=', saw ':'`
    std::string_view what = error.description();
    if (const auto colon = what.find(": "); what.starts_with("Error while ") && colon != what.npos)
      what.remove_prefix(colon + 2);
    throw Error(fmt::format("'{}' line {} isn't valid TOML: {}", path, error.source().begin.line, what),
                "strings need quotes: url = \"http://127.0.0.1:3000/\"");
  }
  return configuration;
}

}  // namespace alohook
