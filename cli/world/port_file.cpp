#include "world/port_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <system_error>
#include <utility>

#include "base/codec.h"
#include "base/crypto.h"
#include "base/error.h"
#include "base/visible.h"

namespace alohook {

PortFile::PortFile(std::string path, std::uint16_t port, std::optional<std::uint16_t> inspector_port)
    : path_(std::move(path)) {
  // A name that nobody can guess, and no link: in a directory such as /tmp another user could point it at our files.
  const std::string draft = fmt::format("{}.{}", path_, hex_encode(random_bytes(8)));
  const std::string text =
      inspector_port ? fmt::format("{}\n{}\n", port, *inspector_port) : fmt::format("{}\n", port);
  const int file = ::open(draft.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0644);
  struct stat status = {};
  const bool is_written = file >= 0 &&
                          ::write(file, text.data(), text.size()) == static_cast<ssize_t>(text.size()) &&
                          ::fstat(file, &status) == 0 && ::rename(draft.c_str(), path_.c_str()) == 0;
  const std::error_code error(errno, std::generic_category());
  if (file >= 0) ::close(file);
  if (is_written) {
    device_ = status.st_dev;
    file_ = status.st_ino;
    return;
  }
  if (file >= 0) ::unlink(draft.c_str());
  throw Error(fmt::format("can't write the port file '{}': {}", visible(path_), error.message()),
              "name a file in a directory that you can write to");
}

PortFile::~PortFile() {
  struct stat status = {};
  if (::lstat(path_.c_str(), &status) == 0 && status.st_dev == device_ && status.st_ino == file_)
    ::unlink(path_.c_str());
}

}  // namespace alohook
