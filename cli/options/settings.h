#pragma once
#include "world/context.h"

namespace CLI {
class App;
}

namespace alohook {

/// Fills the options of `command` that the command line left unset: first from the environment (`--max-body` is
/// ALOHOOK_MAX_BODY), then from the configuration file (a key `max-body` or `max_body` under `[listen]`, or at the top
/// for every command that has the flag).
/// The file is `--config`, else ALOHOOK_CONFIG, else `alohook.toml` in the current folder, else
/// `$XDG_CONFIG_HOME/alohook/config.toml`. Throws Error for an unknown key or a value that the flag would not take.
void apply_settings(CLI::App& root, CLI::App& command, const Context& context);

/// Returns `$XDG_…_HOME/alohook` or its default below the home folder; nullopt without either. Relative values are
/// ignored, as the XDG specification asks.
std::optional<std::string> xdg_folder(const Context& context, const std::string& variable,
                                      const std::string& below_home);

}  // namespace alohook
