#pragma once
#include <memory>

#include "world/context.h"

namespace alohook {

/// Reads keys one by one from the terminal that is standard input; see Context::watch_keys. One watcher at a time.
std::shared_ptr<void> watch_keyboard(Context::KeyHandler on_key);

/// Puts the terminal back as it was before watch_keyboard. Safe in a signal handler, and when nothing was changed.
void restore_terminal();

}  // namespace alohook
