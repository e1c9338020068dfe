#pragma once
#include <string>

#include "world/context.h"

namespace alohook {

/// Returns the exact bytes of a file. Throws Error when it can't be read.
std::string read_file(const std::string& path);

/// Returns the exact bytes of a file, or of standard input for `-`. Throws Error when it can't be read.
std::string read_input(const std::string& path, Context& context);

}  // namespace alohook
