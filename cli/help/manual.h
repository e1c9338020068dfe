#pragma once
#include <string>
#include <vector>

#include "world/context.h"

namespace CLI {
class App;
}

namespace alohook {

/// `alohook __man FOLDER DATE`: writes the pages alohook.1 and alohook-COMMAND.1 into the folder, from the same
/// definitions as `--help`. The date, as 2026-11-23, is what the pages bear. Throws Error when a file can't be written.
int write_manual(const CLI::App& root, const std::vector<std::string>& arguments, Context& context);

}  // namespace alohook
