#pragma once
#include <span>
#include <string>
#include <string_view>

// What `--help` and the manual say of the program as a whole.
namespace alohook {

inline constexpr std::string_view documentation_url = "https://docs.alo.ai/doc/dev/alo-apps/webhooks";

/// What an exit code says.
struct ExitMeaning {
  std::string_view code;
  std::string_view word;     ///< as short as can be
  std::string_view meaning;  ///< the whole of it
};
std::span<const ExitMeaning> exit_meanings();

/// Writes them as one line: `Exit codes: 0 yes, 1 no, …`.
std::string exit_codes_line();

/// A variable of the environment, or a file, that counts for commands that have a flag.
struct Influence {
  std::string_view name;
  std::string_view flag;  ///< with its dashes; empty where every command is meant
  std::string_view text;
};
std::span<const Influence> variables();
std::span<const Influence> files();

}  // namespace alohook
