#pragma once
#include <string>
#include <vector>

#include "base/error.h"
#include "help/command_app.h"

namespace alohook {

/// Describes a command line that CLI11 rejected in our own words, with what to do about it. `root` has parsed it.
Error usage_error(CommandApp& root, const CLI::ParseError& error);

/// The error for a word that a command doesn't take; suggests the flag or command that was probably meant.
Error unknown_word_error(const CommandApp& app, const std::string& word);

/// Moves flags that stand before the command behind it: `--format json listen` is `listen --format json`. Flags of the
/// program itself stay.
std::vector<std::string> with_flags_behind_command(const CommandApp& root,
                                                   std::vector<std::string> arguments);

}  // namespace alohook
