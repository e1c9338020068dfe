#pragma once
#include <map>
#include <string>
#include <vector>

namespace alohook {

/// A configuration file's keys by section, those at the top under the empty name. `_` in a key is `-`.
struct Configuration {
  using Values = std::vector<std::string>;  ///< several for an array
  std::string path;
  std::map<std::string, std::map<std::string, Values>> sections;

  /// Returns the key's values, or null when the section has none.
  const Values* find(const std::string& section, const std::string& key) const;
};

/// Reads a TOML file. Throws Error when it can't be read, is not TOML, or nests deeper than `[section]`.
Configuration read_configuration(const std::string& path);

}  // namespace alohook
