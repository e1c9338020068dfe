#pragma once
#include <string>
#include <vector>

#include "world/context.h"

namespace alohook {

/// Runs `alohook` with these arguments (without the program's name) and returns the exit code. This is the one place
/// where exceptions become words on stderr and a code.
int run_app(const std::vector<std::string>& arguments, Context& context);

}  // namespace alohook
