#pragma once
#include "world/context.h"

namespace alohook {

class CommandApp;

/// Fills the options of `command` that the command line left unset: first from the environment (`--max-body` is
/// ALOHOOK_MAX_BODY), then from the configuration file (a key `max-body` or `max_body` under `[listen]`, or at the top
/// for every command that has the flag).
/// The file is `--config`, else ALOHOOK_CONFIG, else `alohook.toml` in the current directory or a parent of it up to the
/// repository's root, else `$XDG_CONFIG_HOME/alohook/config.toml`. Relative paths in it are relative to its directory.
/// An `alohook.toml` that was found is trusted less than one that was named (see objection_to). Writes into the context
/// what is in force. Throws Error for an unknown key or a value that the flag would not accept.
/// `arguments` is the command line. An empty value is an error, wherever it comes from.
void apply_settings(CommandApp& root, CommandApp& command, const std::vector<std::string>& arguments,
                    Context& context);

/// Returns the settings in the environment and the configuration file in use, of all commands: `port` at the top of the
/// file, `listen port` in a section. Values of secrets are left out.
std::vector<SettingsInForce::Item> settings_of_all_commands(const CommandApp& root, const Context& context);

/// Returns `$XDG_…_HOME/alohook` or its default below the home directory; nullopt without either. Relative values are
/// ignored, as the XDG specification asks.
std::optional<std::string> xdg_folder(const Context& context, const std::string& variable,
                                      const std::string& below_home);

}  // namespace alohook
