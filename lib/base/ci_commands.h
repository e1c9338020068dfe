#pragma once
#include <string>
#include <string_view>

namespace alohook {

/// Makes what GitHub would take for a command in a line of output harmless, and leaves the rest as it is.
std::string without_github_commands(std::string_view line);
}  // namespace alohook
