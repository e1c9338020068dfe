#pragma once
#include <string>
#include <string_view>

#include "help/command_app.h"
#include "world/context.h"

namespace alohook {

/// Writes `--help`: usage, examples, arguments and flags under their headings, notes, exit codes. No line has more than
/// `width` columns.
std::string help_text(const CommandApp& app, std::size_t width);

/// Returns the width to write help in: the terminal's, at most 100, or 80 if there is none.
std::size_t help_width(const Context& context);

/// Writes how a command is called: `alohook send EVENT [URL] [FLAGS]`.
std::string usage_line(const CommandApp& app);

/// Writes a flag's help: what it does, the words to choose from, its default.
std::string flag_text(const CommandApp& app, const CLI::Option& option);

/// Writes the word that stands for the value of a flag or argument: `FILE`.
std::string value_name(const CLI::Option& option);

/// Returns the headings of a command's flags in the order in which they are shown.
std::vector<std::string> flag_headings(const CommandApp& app);
/// Returns the flags below a heading.
std::vector<const CLI::Option*> flags_below(const CommandApp& app, const std::string& heading);
std::vector<const CLI::Option*> arguments_of(const CommandApp& app);

/// Writes an entry of a list in two columns; what doesn't fit goes below.
std::string two_columns(std::string_view head, std::string_view text, std::size_t width,
                        std::size_t column = 30);

/// Breaks a command line for a terminal: each part but the last ends with a backslash, so that it can be copied.
std::vector<std::string> wrapped_command(std::string_view line, std::size_t width);

}  // namespace alohook
