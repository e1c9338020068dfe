#pragma once
#include <memory>
#include <string>
#include <vector>

#include "world/context.h"

namespace alohook {

/// Starts a program in a process group of its own, with its standard output on our standard error; see
/// Context::start_command. Throws Error when it can't be started.
std::shared_ptr<void> start_child_process(const std::vector<std::string>& command, const Variables& variables,
                                          std::function<void(int)> on_end);

}  // namespace alohook
