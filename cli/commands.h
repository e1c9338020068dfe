#pragma once
#include <functional>

#include "context.h"

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
Command challenge_command(CLI::App& root);
Command sign_command(CLI::App& root);
Command verify_command(CLI::App& root);
Command fixtures_command(CLI::App& root);
Command secret_command(CLI::App& root);
Command completion_command(CLI::App& root);

/// `alohook __complete WORD…`: what the shells' completion scripts ask. Hidden from help.
Command complete_command(CLI::App& root);

}  // namespace alohook
