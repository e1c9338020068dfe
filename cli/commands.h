#pragma once
#include <functional>
#include <string>
#include <vector>

#include "world/context.h"

namespace CLI {
class App;
}

namespace alohook {

class CommandApp;

/// A command: its flags and help, and the function that runs it once the flags are set and returns the exit code.
struct Command {
  CommandApp* app;
  std::function<int(Context&)> run;
};

Command listen_command(CLI::App& root);
Command send_command(CLI::App& root);
Command inspect_command(CLI::App& root);
Command events_command(CLI::App& root);
Command show_command(CLI::App& root);
Command replay_command(CLI::App& root);
Command challenge_command(CLI::App& root);
Command check_command(CLI::App& root);
Command sign_command(CLI::App& root);
Command verify_command(CLI::App& root);
Command fixtures_command(CLI::App& root);
Command secret_command(CLI::App& root);
Command doctor_command(CLI::App& root);
Command completion_command(CLI::App& root);
Command help_command(CLI::App& root);
Command version_command(CLI::App& root);

/// `alohook __complete WORD…`: prints the candidates for the last word, for the shells' completion scripts.
/// CLI11 doesn't parse it: it would run the command that is being completed.
int print_candidates(const CommandApp& root, const std::vector<std::string>& words, Context& context);

}  // namespace alohook
