#pragma once
#include <functional>
#include <string>
#include <vector>

#include "world/context.h"

namespace alohook {

class CommandApp;

/// A command: its flags and help, and the function that runs it once the flags are set and returns the exit code.
struct Command {
  CommandApp* app;
  std::function<int(Context&)> run;
};

Command listen_command(CommandApp& root);
Command send_command(CommandApp& root);
Command inspect_command(CommandApp& root);
Command events_command(CommandApp& root);
Command show_command(CommandApp& root);
Command replay_command(CommandApp& root);
Command challenge_command(CommandApp& root);
Command check_command(CommandApp& root);
Command sign_command(CommandApp& root);
Command verify_command(CommandApp& root);
Command fixtures_command(CommandApp& root);
Command secret_command(CommandApp& root);
Command doctor_command(CommandApp& root);
Command completion_command(CommandApp& root);
Command help_command(CommandApp& root);
Command version_command(CommandApp& root);

/// `alohook __complete WORD…`: prints the candidates for the last word, for the shells' completion scripts.
/// CLI11 doesn't parse it: it would run the command that is being completed.
int print_candidates(const CommandApp& root, const std::vector<std::string>& words, Context& context);

}  // namespace alohook
