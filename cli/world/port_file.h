#pragma once
#include <cstdint>
#include <optional>
#include <string>

#include "world/replace_file.h"

namespace alohook {

/// A file that holds the port while a listener runs, and the inspector's on a second line. A program that waits for it
/// never reads half of it.
class PortFile {
 public:
  /// Replaces what is at `path`, by way of a new file beside it. Throws Error when that can't be written.
  PortFile(std::string path, std::uint16_t port, std::optional<std::uint16_t> inspector_port);
  /// Removes the file, unless another one has taken its path meanwhile.
  ~PortFile();
  PortFile(const PortFile&) = delete;
  PortFile& operator=(const PortFile&) = delete;

 private:
  const std::string path_;
  FileIdentity written_;
};

}  // namespace alohook
