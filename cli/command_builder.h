#pragma once
#include <list>
#include <string_view>

#include "commands.h"

namespace alohook {

/// Builds commands with their flags. Building all of them takes longer than most commands run, so only the one that is
/// named is built. `CommandApp::commands` builds the others, for code that lists or compares commands.
class CommandBuilder {
 public:
  /// Builds commands of `root`. Must outlive all requests to `root` for its commands.
  explicit CommandBuilder(CommandApp& root);
  CommandBuilder(const CommandBuilder&) = delete;
  CommandBuilder& operator=(const CommandBuilder&) = delete;

  /// Builds the command of this name, if there is one and it isn't built.
  void build(std::string_view name);
  /// Returns what is built. A command stays where it is when others are built.
  const std::list<Command>& built() const { return built_; }

 private:
  const Command* find(std::string_view name) const;
  void build_all();

  CommandApp& root_;
  std::list<Command> built_;
};

}  // namespace alohook
