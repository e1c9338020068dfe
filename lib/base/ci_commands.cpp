#include "base/ci_commands.h"

#include <algorithm>

#include "base/codec.h"
#include "base/text.h"

namespace alohook {
namespace {

constexpr std::string_view command_words[] = {"[", "vso[", "teamcity["};

/// Returns whether a command begins at these two number signs; agents ignore case.
bool is_command(std::string_view text) {
  return std::ranges::any_of(command_words, [&](std::string_view word) {
    const std::string_view found = text.substr(std::min<std::size_t>(2, text.size()), word.size());
    return lower_case(found) == word;
  });
}

/// Replaces the second number sign of each command, or puts something after it.
std::string with_broken_commands(std::string_view text, std::string_view instead) {
  std::string out;
  std::size_t kept = 0;
  for (std::size_t at = 0; (at = text.find("##", at)) != std::string_view::npos; ++at) {
    if (!is_command(text.substr(at))) continue;
    out.append(text.substr(kept, at + 1 - kept)).append(instead);
    kept = at + 2;
  }
  return out.append(text.substr(kept));
}

/// Returns whether .NET, in which GitHub's runner is written, trims this character.
bool is_space(char32_t c) {
  return (c >= 0x09 && c <= 0x0D) || c == 0x20 || c == 0x85 || c == 0xA0 || c == 0x1680 ||
         (c >= 0x2000 && c <= 0x200A) || c == 0x2028 || c == 0x2029 || c == 0x202F || c == 0x205F ||
         c == 0x3000;
}

/// Puts a backslash before `::` that follows nothing but spaces.
std::string without_github_command(std::string_view line) {
  std::size_t start = 0;
  while (start < line.size()) {
    const CodePoint point = code_point_at(line, start);
    if (!point.valid || !is_space(point.value)) break;
    start += point.length;
  }
  if (!line.substr(start).starts_with("::")) return std::string(line);
  return std::string(line.substr(0, start)) + '\\' + std::string(line.substr(start));
}

}  // namespace

std::string without_ci_commands(std::string_view text, CiSystem system) {
  std::string broken = with_broken_commands(text, "#\\");
  if (system != CiSystem::github) return broken;
  std::string out;
  for (std::size_t start = 0; start < broken.size();) {
    const std::size_t end = std::min(broken.find('\n', start), broken.size());
    out += without_github_command(std::string_view(broken).substr(start, end - start));
    if (end < broken.size()) out += '\n';
    start = end + 1;
  }
  return out;
}

std::string json_without_ci_commands(std::string_view line) { return with_broken_commands(line, "\\u0023"); }

}  // namespace alohook
