#include "journal/file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>

#include "base/error.h"
#include "base/visible.h"

namespace alohook {
namespace {

constexpr std::size_t max_kept_buffer = 1 << 20;

std::error_code last_error() { return {errno, std::generic_category()}; }

/// Keeps the file's other writers waiting, so that a line that one of them was killed in can be told from one that is
/// under way. Pipes, and file systems that know no locks, do without.
class WriteLock {
 public:
  explicit WriteLock(int descriptor) : descriptor_(descriptor) {
    while (::flock(descriptor_, LOCK_EX) != 0 && errno == EINTR) {
    }
  }
  ~WriteLock() { ::flock(descriptor_, LOCK_UN); }
  WriteLock(const WriteLock&) = delete;
  WriteLock& operator=(const WriteLock&) = delete;

 private:
  int descriptor_;
};

/// Whether a regular file ends in the middle of a line.
bool ends_torn(int descriptor) {
  struct stat status = {};
  if (::fstat(descriptor, &status) != 0 || !S_ISREG(status.st_mode) || status.st_size == 0) return false;
  char last = '\n';
  return ::pread(descriptor, &last, 1, status.st_size - 1) == 1 && last != '\n';
}

/// A new file's name is in its folder, and the folder needs settling of its own.
void settle_folder(const std::string& path) {
  const auto folder = std::filesystem::path(path).parent_path();
  const int descriptor = ::open(folder.empty() ? "." : folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor < 0) return;
  ::fsync(descriptor);
  ::close(descriptor);
}

}  // namespace

JournalFile::JournalFile(const std::string& path, Durability durability) : durability_(durability) {
  // Reading is for the last byte alone; what can only be written to (a pipe, a device) will do too.
  descriptor_ = ::open(path.c_str(), O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
  if (descriptor_ < 0) descriptor_ = ::open(path.c_str(), O_WRONLY | O_APPEND | O_CLOEXEC);
  if (descriptor_ < 0) {
    throw Error(fmt::format("cannot append to the journal '{}': {}", visible(path), last_error().message()),
                "name a file in a folder that can be written to");
  }
  if (durability == Durability::of_power) settle_folder(path);
}

JournalFile::~JournalFile() { ::close(descriptor_); }

JournalFile::Appended JournalFile::append(const std::vector<std::string>& lines) {
  const WriteLock lock(descriptor_);
  buffer_.assign(ends_torn(descriptor_) ? "\n" : "");
  std::vector<std::size_t> ends;
  for (const std::string& line : lines) {
    buffer_.append(line).push_back('\n');
    ends.push_back(buffer_.size());
  }
  ssize_t written = 0;
  do {
    written = ::write(descriptor_, buffer_.data(), buffer_.size());
  } while (written < 0 && errno == EINTR);
  if (written == static_cast<ssize_t>(buffer_.size())) {
    if (buffer_.capacity() > max_kept_buffer) buffer_ = {};
    return {lines.size()};
  }
  if (written < 0) return {0, last_error()};
  // A part that was written stays: its last line is torn, and the next one to append closes it.
  const auto torn = std::upper_bound(ends.begin(), ends.end(), static_cast<std::size_t>(written));
  return {static_cast<std::size_t>(torn - ends.begin()), std::make_error_code(std::errc::no_space_on_device)};
}

std::error_code JournalFile::settle() {
  if (durability_ == Durability::of_process || ::fdatasync(descriptor_) == 0) return {};
  // Pipes and devices have nothing to settle.
  return errno == EINVAL || errno == EROFS ? std::error_code() : last_error();
}

}  // namespace alohook
