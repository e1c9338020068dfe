#pragma once
#include <chrono>
#include <memory>

#include "world/context.h"

namespace alohook {

/// Raises the soft limit of open files to the hard one, so that many connections fit. Returns the limit in force.
std::size_t raise_file_limit();

/// Opens /dev/null as each of the descriptors 0, 1 and 2 that is closed: a journal or a connection would get its number
/// otherwise, and what is printed would go there. Call first.
void open_standard_descriptors();

/// Returns the size of the terminal that standard output is: 80 columns and 24 rows when it doesn't tell, zeros when it
/// is no terminal.
TerminalSize terminal_size();

/// Makes SIGINT, SIGTERM and SIGHUP end the program with 130, 143 and 129 until they are watched, and SIGPIPE end it
/// quietly; ignores SIGXFSZ. A SIGHUP that is ignored already, as under nohup, stays ignored.
void install_signal_exits();

/// Watches SIGINT, SIGTERM and SIGHUP on a thread of its own; see Context::watch_signals. One watcher at a time.
std::shared_ptr<void> watch_process_signals(Context::SignalHandler on_signal);

/// Ends the program after `limit`, unless the returned guard is dropped before; see Context::abandon_after. Does nothing
/// if no thread can be started.
std::shared_ptr<void> abandon_process_after(std::chrono::milliseconds limit, int exit_code);

}  // namespace alohook
