#pragma once
#include <memory>

#include "world/context.h"

namespace alohook {

/// Raises the soft limit of open files to the hard one, so that many connections fit. Returns the limit in force.
std::size_t raise_file_limit();

/// Lets SIGINT and SIGTERM end the program with 130 and 143 until somebody watches them, and SIGPIPE end it quietly.
void install_signal_exits();

/// Watches SIGINT and SIGTERM on a thread of its own; see Context::watch_signals. One watcher at a time.
std::shared_ptr<void> watch_process_signals(Context::SignalHandler on_signal);

}  // namespace alohook
