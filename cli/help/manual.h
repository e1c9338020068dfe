#pragma once
#include <string>
#include <vector>

#include "help/command_app.h"
#include "world/context.h"

namespace alohook {

/// `alohook __man FOLDER DATE`: writes the man pages of the commands (section 1) and of the topics (5 and 7) into the
/// folder, from the definitions that `--help` and `alohook help` use. The date is written into the pages, as
/// 2026-11-23. Throws Error if a file can't be written.
int write_manual(const CommandApp& root, const std::vector<std::string>& arguments);

}  // namespace alohook
