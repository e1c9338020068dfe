#pragma once
#include <span>
#include <string_view>

// What `--help` and the manual say of the program as a whole.
namespace alohook {

inline constexpr std::string_view documentation_url = "https://docs.alo.ai/doc/dev/alo-apps/webhooks";

/// An exit code, and what it means whatever the command.
struct ExitCode {
  std::string_view code;
  std::string_view word;     ///< as short as possible
  std::string_view meaning;  ///< what can be the case
};
std::span<const ExitCode> exit_codes();

/// A variable or a file that influences commands which have a flag.
struct Influence {
  std::string_view name;
  std::string_view flag;  ///< with its dashes
  std::string_view text;
};
std::span<const Influence> variables();
std::span<const Influence> files();

}  // namespace alohook
