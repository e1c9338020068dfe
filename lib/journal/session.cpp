#include "journal/session.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <system_error>
#include <vector>

#include "base/error.h"
#include "base/visible.h"
#include "journal/file.h"

namespace alohook {
namespace {

/// Locks out other listeners while the file is read and changed. File systems without locks aren't locked.
class SessionLock {
 public:
  explicit SessionLock(int descriptor) : descriptor_(descriptor) {
    while (::flock(descriptor_, LOCK_EX) != 0 && errno == EINTR) {
    }
  }
  ~SessionLock() { ::flock(descriptor_, LOCK_UN); }
  SessionLock(const SessionLock&) = delete;
  SessionLock& operator=(const SessionLock&) = delete;

 private:
  int descriptor_;
};

std::uint64_t size_of(int descriptor) {
  struct stat status = {};
  return ::fstat(descriptor, &status) == 0 ? static_cast<std::uint64_t>(status.st_size) : 0;
}

/// Reads up to `size` bytes from `offset` on; fewer at the end of the file or on an error.
std::string read_at(int descriptor, std::uint64_t offset, std::size_t size) {
  std::string out(size, '\0');
  std::size_t count = 0;
  while (count < size) {
    const auto got =
        ::pread(descriptor, out.data() + count, size - count, static_cast<off_t>(offset + count));
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) break;
    count += static_cast<std::size_t>(got);
  }
  out.resize(count);
  return out;
}

/// Writes all bytes at `offset`.
std::error_code write_at(int descriptor, std::uint64_t offset, std::string_view bytes) {
  while (!bytes.empty()) {
    const auto count = ::pwrite(descriptor, bytes.data(), bytes.size(), static_cast<off_t>(offset));
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return last_error();
    offset += static_cast<std::uint64_t>(count);
    bytes.remove_prefix(static_cast<std::size_t>(count));
  }
  return {};
}

constexpr std::size_t chunk_size = 1 << 16;
constexpr std::size_t head_size = 48;  // includes an event's ID

}  // namespace

SessionJournal::SessionJournal(std::string path, SessionLimits limits)
    : path_(std::move(path)), limits_(limits) {
  const std::filesystem::path folder = std::filesystem::path(path_).parent_path();
  std::error_code ignored;  // opening the file says what is wrong
  if (!folder.empty() && !std::filesystem::exists(folder, ignored)) {
    std::filesystem::create_directories(folder.parent_path(), ignored);
    ::mkdir(folder.c_str(), S_IRWXU);
  }
  // Not O_APPEND: on Linux that also moves what pwrite writes to the end.
  descriptor_ = ::open(path_.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, S_IRUSR | S_IWUSR);
  if (descriptor_ < 0) {
    throw Error(
        fmt::format("can't write the session journal '{}': {}", visible(path_), last_error().message()),
        "--no-session does without");
  }
  ::fchmod(descriptor_, S_IRUSR | S_IWUSR);
}

SessionJournal::~SessionJournal() {
  {
    const SessionLock lock(descriptor_);
    look_at_size();
    if (known_lines_ > limits_.events || known_size_ > limits_.bytes) drop_old(limits_.events, limits_.bytes);
  }
  ::close(descriptor_);
}

std::error_code SessionJournal::append(std::string_view line) {
  if (line.size() >= limits_.bytes) return {};
  const SessionLock lock(descriptor_);
  look_at_size();
  // Dropping events copies the remaining ones, so many are dropped at once.
  if (known_lines_ >= limits_.events + limits_.events / 4) {
    if (const auto error = drop_old(limits_.events - 1, limits_.bytes)) return error;
  }
  if (known_size_ + line.size() + 1 > limits_.bytes) {
    const std::size_t room = limits_.bytes - line.size() - 1;
    if (const auto error = drop_old(limits_.events - 1, std::min(room, limits_.bytes * 3 / 4))) return error;
  }
  std::string text;
  text.reserve(line.size() + 2);
  // An incomplete line left by a killed listener must not affect this one.
  if (known_size_ > 0 && read_at(descriptor_, known_size_ - 1, 1) != "\n") text += '\n';
  text.append(line).push_back('\n');
  if (const auto error = write_at(descriptor_, known_size_, text)) {
    [[maybe_unused]] const int cut =
        ::ftruncate(descriptor_, static_cast<off_t>(known_size_));  // an incomplete line would be useless
    return error;
  }
  known_size_ += text.size();
  known_lines_ += static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
  return {};
}

/// Counts the lines added since the last call.
void SessionJournal::look_at_size() {
  const std::uint64_t size = size_of(descriptor_);
  const std::string head = read_at(descriptor_, 0, head_size);
  const bool is_same = size >= known_size_ && head.starts_with(known_head_);
  if (!is_same) known_size_ = known_lines_ = 0;  // another listener has dropped some
  known_head_ = head;
  while (known_size_ < size) {
    const auto wanted = static_cast<std::size_t>(std::min<std::uint64_t>(chunk_size, size - known_size_));
    const std::string chunk = read_at(descriptor_, known_size_, wanted);
    if (chunk.empty()) return;
    known_lines_ += static_cast<std::size_t>(std::count(chunk.begin(), chunk.end(), '\n'));
    known_size_ += chunk.size();
  }
}

/// Keeps the newest lines within both limits. Copies them to the front before truncating the file, so that none of them
/// is lost if the program is killed in between.
std::error_code SessionJournal::drop_old(std::size_t max_events, std::size_t max_bytes) {
  const std::size_t kept = static_cast<std::size_t>(std::min<std::uint64_t>(max_bytes, known_size_));
  const std::string tail = read_at(descriptor_, known_size_ - kept, kept);
  std::size_t start = tail.size();
  for (std::size_t events = 0; events < max_events && start > 0; ++events) {
    const auto before = start < 2 ? std::string::npos : tail.rfind('\n', start - 2);
    const bool is_whole = before != std::string::npos || kept == known_size_;
    if (!is_whole) break;
    start = before == std::string::npos ? 0 : before + 1;
  }
  if (const auto error = write_at(descriptor_, 0, std::string_view(tail).substr(start))) return error;
  if (::ftruncate(descriptor_, static_cast<off_t>(tail.size() - start)) != 0) return last_error();
  known_size_ = known_lines_ = 0;
  look_at_size();
  return {};
}

}  // namespace alohook
