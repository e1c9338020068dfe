#pragma once
#include <string>

namespace alohook {

/// Throws Error when a configuration file that was found, not named, belongs to another user or others may write to it.
void require_own_file(const std::string& path);

/// Returns why a configuration file that was found, not named, may not give this value to the flag `name`; empty when it
/// may. Such a file may be a stranger's: it can't run programs, use files outside its directory, name other hosts than
/// this machine, or turn checks off. `kind` is the flag's type in `--help`; a path must be as it will be opened.
std::string objection_to(const std::string& name, const std::string& kind, const std::string& value,
                         const std::string& directory);

}  // namespace alohook
