#include "output/console.h"

#include "base/ci_commands.h"

namespace alohook {
namespace {

std::string_view escape_for(Style style) {
  switch (style) {
    case Style::plain:
      return "";
    case Style::strong:
      return "\x1b[1m";
    case Style::dim:
      return "\x1b[2m";
    case Style::good:
      return "\x1b[32m";
    case Style::bad:
      return "\x1b[31m";
    case Style::warning:
      return "\x1b[33m";
    case Style::key:
      return "\x1b[1;34m";
    case Style::string:
      return "\x1b[32m";
    case Style::number:
      return "\x1b[36m";
    case Style::literal:
      return "\x1b[35m";
  }
  return "";
}

/// No line of what is printed is one that a CI system takes for a command.
std::string without_commands(std::string_view text, const Context& context) {
  const bool is_github = context.environment("GITHUB_ACTIONS") == "true";
  return without_ci_commands(text, is_github ? CiSystem::github : CiSystem::other);
}

}  // namespace

std::string Palette::operator()(Style style, std::string_view text) const {
  const std::string_view escape = escape_for(style);
  if (!is_on_ || escape.empty() || text.empty()) return std::string(text);
  return std::string(escape).append(text).append("\x1b[0m");
}

Palette choose_palette(ColourChoice choice, const Context& context) {
  const auto is_set = [&](const char* name) { return !context.environment(name).value_or("").empty(); };
  if (choice != ColourChoice::automatic) return Palette(choice == ColourChoice::always);
  if (is_set("NO_COLOR")) return Palette(false);
  if (is_set("CLICOLOR_FORCE") && context.environment("CLICOLOR_FORCE") != "0") return Palette(true);
  return Palette(context.out_is_terminal && context.environment("TERM") != "dumb");
}

void Console::human(std::string_view text) {
  if (format_ == Format::human) context_.out << without_commands(text, context_) << std::flush;
}

void Console::json(std::string_view line) {
  if (format_ == Format::json) context_.out << json_without_ci_commands(line) << '\n' << std::flush;
}

void Console::talk(std::string_view line) {
  context_.err << without_commands(line, context_) << '\n' << std::flush;
}

}  // namespace alohook
