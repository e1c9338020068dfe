#include "world/replace_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>

#include "base/codec.h"
#include "base/crypto.h"

namespace alohook {

FileIdentity replace_file(const std::string& path, std::string_view bytes, mode_t mode,
                          std::error_code& error) {
  // A name that nobody can guess, and no link: in a directory such as /tmp another user could point it at our files.
  const std::string draft = fmt::format("{}.{}", path, hex_encode(random_bytes(8)));
  const int file = ::open(draft.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode);
  errno = file < 0 ? errno : 0;
  struct stat status = {};
  bool is_written = file >= 0;
  for (std::string_view rest = bytes; is_written && !rest.empty();) {
    const ssize_t count = ::write(file, rest.data(), rest.size());
    if (count < 0 && errno == EINTR) continue;
    is_written = count > 0;
    if (is_written) rest.remove_prefix(static_cast<std::size_t>(count));
  }
  is_written = is_written && ::fstat(file, &status) == 0 && ::rename(draft.c_str(), path.c_str()) == 0;
  error = is_written ? std::error_code() : std::error_code(errno != 0 ? errno : EIO, std::generic_category());
  if (file >= 0) ::close(file);
  if (file >= 0 && !is_written) ::unlink(draft.c_str());
  return {status.st_dev, status.st_ino};
}

}  // namespace alohook
