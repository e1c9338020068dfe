#pragma once
#include <string>
#include <string_view>

namespace alohook {

/// Which lines a CI system takes for commands, beside those that are never let through.
enum class CiSystem {
  other,
  github,  ///< `::` at the start of a line too
};

/// Returns text of several lines in which no CI system finds a command: `##vso[` and `##[` (Azure Pipelines, and GitHub's
/// older form) and `##teamcity[` are broken wherever they are, `::` at the start of a line under GitHub. GitLab's
/// `section_start` works only after an escape byte, which `visible` takes away.
std::string without_ci_commands(std::string_view text, CiSystem system);

/// The same for one line of JSON, whose value stays the same.
std::string json_without_ci_commands(std::string_view line);

}  // namespace alohook
