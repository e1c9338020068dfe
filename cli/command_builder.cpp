#include "command_builder.h"

#include <algorithm>

#include "help/command_app.h"

namespace alohook {
namespace {

struct Maker {
  std::string_view name;
  Command (*make)(CommandApp& root);
};

/// The commands, in the order in which help lists them.
constexpr Maker makers[] = {
    {"listen", listen_command},       {"send", send_command},
    {"challenge", challenge_command}, {"check", check_command},
    {"events", events_command},       {"show", show_command},
    {"inspect", inspect_command},     {"replay", replay_command},
    {"sign", sign_command},           {"verify", verify_command},
    {"fixtures", fixtures_command},   {"secret", secret_command},
    {"doctor", doctor_command},       {"completion", completion_command},
    {"help", help_command},           {"version", version_command},
};

}  // namespace

CommandBuilder::CommandBuilder(CommandApp& root) : root_(root) {
  root.build_commands_with([this] { build_all(); });
}

const Command* CommandBuilder::find(std::string_view name) const {
  const auto found = std::find_if(built_.begin(), built_.end(),
                                  [&](const Command& one) { return one.app->get_name() == name; });
  return found == built_.end() ? nullptr : &*found;
}

void CommandBuilder::build(std::string_view name) {
  if (find(name) != nullptr) return;
  for (const Maker& maker : makers) {
    if (maker.name == name) built_.push_back(maker.make(root_));
  }
}

void CommandBuilder::build_all() {
  for (const Maker& maker : makers) {
    if (const Command* command = find(maker.name)) {
      // Move it to its place in the list.
      const CLI::App_p app = root_.get_subcommand_ptr(command->app);
      root_.remove_subcommand(command->app);
      root_.add_subcommand(app);
    } else {
      built_.push_back(maker.make(root_));
    }
  }
}

}  // namespace alohook
