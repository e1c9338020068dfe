#pragma once
#include <list>
#include <string_view>

#include "commands.h"

namespace alohook {

/// Builds the commands with their flags. All of them take longer to build than most commands run, so one that is named is
/// built alone, and the others only for what lists or compares commands: `CommandApp::commands` builds them.
class CommandBuilder {
 public:
  /// Builds commands of `root`, which must not be asked for them after this is gone.
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
