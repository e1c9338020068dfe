#include "world/port_file.h"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <system_error>
#include <utility>

#include "base/error.h"
#include "base/visible.h"

namespace alohook {

PortFile::PortFile(std::string path, std::uint16_t port, std::optional<std::uint16_t> inspector_port)
    : path_(std::move(path)) {
  const std::string text =
      inspector_port ? fmt::format("{}\n{}\n", port, *inspector_port) : fmt::format("{}\n", port);
  std::error_code error;
  written_ = replace_file(path_, text, 0644, error);
  if (!error) return;
  throw Error(fmt::format("can't write the port file '{}': {}", visible(path_), error.message()),
              "name a file in a directory that you can write to");
}

PortFile::~PortFile() {
  struct stat status = {};
  if (::lstat(path_.c_str(), &status) == 0 && status.st_dev == written_.device &&
      status.st_ino == written_.file)
    ::unlink(path_.c_str());
}

}  // namespace alohook
