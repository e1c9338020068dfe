#pragma once
#include <functional>
#include <string>
#include <vector>

#include "world/context.h"

namespace CLI {
class App;
}

namespace alohook {

/// A subcommand: its flags, and what it does once they are filled in. Returns the exit code.
struct Command {
  CLI::App* app;
  std::function<int(Context&)> run;
};

Command listen_command(CLI::App& root);
Command send_command(CLI::App& root);
Command inspect_command(CLI::App& root);
Command replay_command(CLI::App& root);
Command challenge_command(CLI::App& root);
Command check_command(CLI::App& root);
Command sign_command(CLI::App& root);
Command verify_command(CLI::App& root);
Command fixtures_command(CLI::App& root);
Command secret_command(CLI::App& root);
Command completion_command(CLI::App& root);

/// `alohook __complete WORD…`: prints what may stand in place of the last word, for the shells' completion scripts.
/// CLI11 doesn't parse it: it would run the command that is being completed.
int print_candidates(const CLI::App& root, const std::vector<std::string>& words, Context& context);

}  // namespace alohook
