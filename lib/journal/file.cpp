#include "journal/file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <pthread.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <ctime>
#include <filesystem>
#include <optional>
#include <utility>

#include "base/error.h"
#include "base/visible.h"

namespace alohook {
namespace {

/// Makes the file's other writers wait. Otherwise, a line still being written would look like one left incomplete by a
/// killed writer. Pipes, and file systems without locks, aren't locked.
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

/// Turns SIGPIPE into EPIPE on this thread, so that a journal without a reader is an error instead of ending the
/// program.
class PipeSignalBlock {
 public:
  PipeSignalBlock() {
    sigemptyset(&signal_);
    sigaddset(&signal_, SIGPIPE);
    ::pthread_sigmask(SIG_BLOCK, &signal_, &before_);
  }
  ~PipeSignalBlock() {
    const timespec at_once = {};
    while (::sigtimedwait(&signal_, nullptr, &at_once) > 0) {
    }
    ::pthread_sigmask(SIG_SETMASK, &before_, nullptr);
  }
  PipeSignalBlock(const PipeSignalBlock&) = delete;
  PipeSignalBlock& operator=(const PipeSignalBlock&) = delete;

 private:
  sigset_t signal_ = {};
  sigset_t before_ = {};
};

/// Syncs the directory, which contains the name of a new file.
void settle_directory(const std::string& path) {
  const auto directory = std::filesystem::path(path).parent_path();
  const int descriptor =
      ::open(directory.empty() ? "." : directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor < 0) return;
  ::fsync(descriptor);
  ::close(descriptor);
}

std::string text_of(const std::error_code& error) {
  if (error.value() == ENXIO || error.value() == EPIPE) return "no program reads this pipe";
  return error.message();
}

}  // namespace

std::error_code last_error() { return {errno, std::generic_category()}; }

JournalFile::JournalFile(std::string path, Durability durability, std::chrono::milliseconds patience)
    : path_(std::move(path)), durability_(durability), patience_(patience) {
  const std::error_code error = open();
  if (!error || error.value() == ENXIO) return;
  throw Error(fmt::format("cannot append to the journal '{}': {}", visible(path_), error.message()),
              "name a file in a directory that you can write to");
}

void JournalFile::close() {
  if (descriptor_ >= 0) ::close(std::exchange(descriptor_, -1));
}

/// Never opens a pipe for reading. Otherwise, alohook would be its own reader, and the events would reach nobody else.
std::error_code JournalFile::open() {
  close();
  constexpr int flags = O_APPEND | O_CLOEXEC | O_NONBLOCK | O_NOCTTY;
  struct stat status = {};
  is_regular_ = ::stat(path_.c_str(), &status) != 0 || S_ISREG(status.st_mode);
  // Only the last byte is ever read, so a write-only file will do, too.
  if (is_regular_) descriptor_ = ::open(path_.c_str(), flags | O_RDWR | O_CREAT, S_IRUSR | S_IWUSR);
  if (descriptor_ < 0) descriptor_ = ::open(path_.c_str(), flags | O_WRONLY);
  if (descriptor_ < 0) return last_error();
  if (is_regular_ && durability_ == Durability::of_power) settle_directory(path_);
  return {};
}

/// Returns whether the path still refers to the open file: log rotation and cleanup scripts move and remove journals.
bool JournalFile::is_in_place() const {
  struct stat own = {};
  struct stat named = {};
  return ::fstat(descriptor_, &own) == 0 && ::stat(path_.c_str(), &named) == 0 &&
         own.st_ino == named.st_ino && own.st_dev == named.st_dev;
}

bool JournalFile::ends_incomplete() const {
  if (!is_regular_) return is_incomplete_;
  struct stat status = {};
  if (::fstat(descriptor_, &status) != 0 || status.st_size == 0) return false;
  char last = '\n';
  return ::pread(descriptor_, &last, 1, status.st_size - 1) == 1 && last != '\n';
}

/// Adds the number of bytes written to `written`. Returns why the rest couldn't be written, or nothing.
std::string JournalFile::write(std::string_view text, std::size_t& written) const {
  const auto until = std::chrono::steady_clock::now() + patience_;
  while (written < text.size()) {
    const ssize_t count = ::write(descriptor_, text.data() + written, text.size() - written);
    if (count > 0) written += static_cast<std::size_t>(count);
    if (count > 0 || (count < 0 && errno == EINTR)) continue;
    if (count == 0 || errno != EAGAIN) return text_of(last_error());
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - std::chrono::steady_clock::now());
    pollfd waiting{.fd = descriptor_, .events = POLLOUT, .revents = 0};
    if (left.count() <= 0 || ::poll(&waiting, 1, static_cast<int>(left.count())) == 0)
      return "the program that reads this pipe does not keep up";
  }
  return {};
}

JournalFile::Appended JournalFile::append(std::string_view lines) {
  Appended appended;
  if (descriptor_ >= 0 && !is_in_place()) {
    has_moved_ = true;
    close();
  }
  if (descriptor_ < 0) {
    if (const std::error_code error = open()) return {.error = text_of(error)};
    appended.is_reopened = std::exchange(has_moved_, false);
  }
  const WriteLock lock(descriptor_);
  std::optional<PipeSignalBlock> block;
  if (!is_regular_) block.emplace();
  std::size_t closing = 0;
  if (ends_incomplete()) appended.error = write("\n", closing);
  if (appended.error.empty()) appended.error = write(lines, appended.bytes);
  if (closing > 0) is_incomplete_ = false;
  if (appended.bytes > 0) is_incomplete_ = lines[appended.bytes - 1] != '\n';
  return appended;
}

std::error_code JournalFile::settle() {
  if (durability_ == Durability::of_process || descriptor_ < 0 || ::fdatasync(descriptor_) == 0) return {};
  // Pipes, devices and read-only mounts have nothing to sync.
  return errno == EINVAL || errno == EROFS ? std::error_code() : last_error();
}

}  // namespace alohook
