#pragma once
#include <string>
#include <vector>

#include "help/command_help.h"

namespace CLI {
class Option;
}

// The commands of the program and the flags of a command, for those who declare them. CLI11 stays behind: it takes
// seconds to compile in every file that sees it.
namespace alohook {

class CommandApp;

/// Adds a command to the program.
CommandApp& add_command(CommandApp& root, const std::string& name, CommandHelp help);

/// A flag or an argument of a command, once added. Each function returns the same flag, to say more of it.
class FlagRef {
 public:
  explicit FlagRef(CLI::Option& option) : option_(&option) {}

  /// What the help shows as the value that holds without the flag.
  FlagRef default_str(const std::string& text) const;
  FlagRef required(bool is_required = true) const;
  /// The flag needs the other one, or can't be given with it.
  FlagRef needs(FlagRef other) const;
  FlagRef excludes(FlagRef other) const;
  /// The flag may be given without its value.
  FlagRef value_optional() const;
  /// The value is read when its flag is, and not after all others: so the order of the command line counts.
  FlagRef trigger_on_parse() const;

 private:
  friend void offer_words(CommandApp& app, FlagRef flag, std::vector<Candidate> words);
  CLI::Option* option_;
};

/// Gives the flags that are added while it lives a heading of their own in `--help` and the manual.
class FlagGroup {
 public:
  FlagGroup(CommandApp& app, const std::string& heading);
  ~FlagGroup();
  FlagGroup(const FlagGroup&) = delete;
  FlagGroup& operator=(const FlagGroup&) = delete;

 private:
  CommandApp& app_;
};

/// Lets the completion offer these words for a flag that takes others as well.
void offer_words(CommandApp& app, FlagRef flag, std::vector<Candidate> words);

}  // namespace alohook
