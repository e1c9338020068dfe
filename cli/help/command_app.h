#pragma once
#include <CLI/CLI.hpp>
#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "help/command_help.h"

namespace alohook {

/// The heading of flags that have no heading of their own.
inline constexpr std::string_view general_heading = "Flags";

/// A command with its help. CLI11 keeps the flags; this keeps what CLI11 has no place for.
class CommandApp : public CLI::App {
 public:
  /// Makes the program itself.
  CommandApp(std::string name, CommandHelp help);
  /// Makes a command of `root`; use `add_command`.
  CommandApp(std::string name, CommandHelp help, CLI::App* root);

  const CommandHelp& help_texts() const { return help_; }
  bool is_root() const { return get_parent() == nullptr; }
  /// Returns `alohook` or `alohook COMMAND`.
  std::string full_name() const;
  /// Sets what adds the commands that are still missing when `commands` is called.
  void build_commands_with(std::function<void()> build) { build_commands_ = std::move(build); }
  /// Returns all commands of the program, in the order in which help lists them.
  std::vector<const CommandApp*> commands() const;

  void set_offer(const CLI::Option& option, Offer offer) { values_[&option].offer = offer; }
  void set_words(const CLI::Option& option, std::vector<Candidate> words) {
    values_[&option].words = std::move(words);
  }
  Offer offer_of(const CLI::Option& option) const;
  /// Returns the words to choose from, in their order; empty when there are none.
  const std::vector<Candidate>& words_of(const CLI::Option& option) const;

 private:
  /// Names the heading of flags that have none; CLI11's own depends on its version.
  void use_general_heading();

  struct Value {
    Offer offer = Offer::nothing;
    std::vector<Candidate> words = {};
  };

  CommandHelp help_;
  mutable std::function<void()> build_commands_;
  std::map<const CLI::Option*, Value> values_;
};

/// Returns the command that an app is. Every app of this program is one.
CommandApp& command_of(CLI::App& app);
const CommandApp& command_of(const CLI::App& app);

/// Returns whether the option takes a value; flags like `--list` don't.
bool takes_value(const CLI::Option& option);
/// Returns whether the option may be given several times, each adding a value.
bool is_repeatable(const CLI::Option& option);

}  // namespace alohook
