#pragma once
#include <sys/types.h>

#include <string>
#include <string_view>
#include <system_error>

namespace alohook {

/// Tells a file from all others that are there at the same time.
struct FileIdentity {
  dev_t device = 0;
  ino_t file = 0;
};

/// Writes a new file and puts it in the place of what is at `path`: readers see the old file or all of the new one. A
/// link at `path` is replaced, never followed. Sets `error` and leaves nothing behind when that fails.
FileIdentity replace_file(const std::string& path, std::string_view bytes, mode_t mode,
                          std::error_code& error);

}  // namespace alohook
