#include "journal/tail.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <mutex>
#include <utility>

#include "journal/reader.h"

namespace alohook {
namespace {

constexpr std::uint64_t taken_at_once = 4 << 20;
constexpr std::size_t line_head = 64;  // bytes; includes the ID

/// Returns the offset after the line that starts with `last`; 0 if there is none.
std::uint64_t end_of_line(const OffsetFile& file, std::string_view last) {
  if (last.empty()) return 0;
  const auto end_at = [&file](std::uint64_t offset) -> std::uint64_t {
    const auto line = file.line(offset);
    return line ? offset + line->text.size() + 1 : 0;
  };
  if (file.read(0, last.size()) == last) return end_at(0);
  const std::string wanted = "\n" + std::string(last);
  const std::uint64_t size = file.size();
  for (std::uint64_t from = 0; from < size; from += taken_at_once - wanted.size()) {
    const auto found = file.read(from, std::min(size, from + taken_at_once)).find(wanted);
    if (found != std::string::npos) return end_at(from + found + 1);
  }
  return 0;
}

}  // namespace

bool is_event_line(std::string_view line) {
  // Lines written by alohook are recognized by their start. Any other line has to be parsed.
  return (line.starts_with(event_line_start) && line.ends_with('}')) || read_journal_line(line).has_value();
}

std::string id_of_line(std::string_view line) {
  if (line.starts_with(event_line_start)) {
    const std::string_view rest = line.substr(event_line_start.size());
    return std::string(rest.substr(0, rest.find('"')));
  }
  const auto event = read_journal_line(line);
  return event ? event->id : std::string();
}

OffsetFile::OffsetFile(const std::string& path) {
  descriptor_ = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor_ < 0) {
    error_.assign(errno, std::generic_category());
    return;
  }
  struct stat status = {};
  if (::fstat(descriptor_, &status) != 0 || S_ISDIR(status.st_mode)) {
    ::close(std::exchange(descriptor_, -1));
    error_ = std::make_error_code(std::errc::is_a_directory);
  }
}

OffsetFile::~OffsetFile() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

std::uint64_t OffsetFile::size() const {
  struct stat status = {};
  return ::fstat(descriptor_, &status) == 0 ? static_cast<std::uint64_t>(std::max<off_t>(0, status.st_size))
                                            : 0;
}

std::string OffsetFile::read(std::uint64_t from, std::uint64_t to) const {
  std::string text(to - from, '\0');
  std::size_t got = 0;
  while (got < text.size()) {
    const ssize_t count =
        ::pread(descriptor_, text.data() + got, text.size() - got, static_cast<off_t>(from + got));
    if (count <= 0) break;
    got += static_cast<std::size_t>(count);
  }
  text.resize(got);
  return text;
}

std::optional<JournalLine> OffsetFile::line(std::uint64_t offset) const {
  const std::uint64_t end = size();
  for (std::uint64_t length = 4096; offset < end; length *= 8) {
    std::string text = read(offset, std::min(end, offset + length));
    if (const auto newline = text.find('\n'); newline != std::string::npos) {
      text.resize(newline);
      return JournalLine{offset, std::move(text)};
    }
    if (offset + length >= end) break;
  }
  return std::nullopt;
}

bool OffsetFile::is_named(const std::string& path) const {
  struct stat own = {};
  struct stat named = {};
  return ::fstat(descriptor_, &own) == 0 && ::stat(path.c_str(), &named) == 0 && own.st_ino == named.st_ino &&
         own.st_dev == named.st_dev;
}

void OffsetFile::lock() const {
  while (::flock(descriptor_, LOCK_SH) != 0 && errno == EINTR) {
  }
}

void OffsetFile::unlock() const { ::flock(descriptor_, LOCK_UN); }

JournalTail::JournalTail(std::string path, std::shared_ptr<const OffsetFile> file, std::uint64_t from,
                         std::string_view last, Rewritten rewritten)
    : path_(std::move(path)),
      file_(std::move(file)),
      position_(from),
      head_(file_->read(0, std::min<std::uint64_t>(from, line_head))),
      rewritten_(rewritten) {
  note_last(last);
}

void JournalTail::note_last(std::string_view line) {
  if (line.starts_with(event_line_start)) last_ = line.substr(0, line_head);
}

bool JournalTail::is_same() const {
  return file_->size() >= position_ && file_->read(0, head_.size()) == head_;
}

/// Opens the file that now has this one's name, if there is one.
bool JournalTail::has_successor() {
  if (file_->is_named(path_)) return false;
  auto next = std::make_shared<const OffsetFile>(path_);
  if (!next->is_open()) return false;
  file_ = std::move(next);
  return true;
}

/// A listener rewrites its file in several steps, and holds its lock for all of them.
void JournalTail::restart() {
  ++generation_;
  const std::lock_guard<const OffsetFile> lock(*file_);
  position_ = rewritten_ == Rewritten::unseen ? end_of_line(*file_, last_) : 0;
  head_ = file_->read(0, std::min<std::uint64_t>(position_, line_head));
}

std::vector<JournalLine> JournalTail::take() {
  std::vector<JournalLine> lines;
  if (!is_same()) restart();
  const std::uint64_t end = file_->size();
  std::uint64_t start = position_;
  for (std::uint64_t length = taken_at_once; position_ < end; length *= 2) {
    const std::string text = file_->read(position_, std::min(end, position_ + length));
    std::size_t at = 0;
    for (auto newline = text.find('\n'); newline != std::string::npos; newline = text.find('\n', at)) {
      lines.push_back({position_ + at, text.substr(at, newline - at)});
      at = newline + 1;
    }
    start = position_ + at;
    if (at > 0 || position_ + length >= end) break;
  }
  if (!is_same()) return {};  // rewritten while it was read: the next call starts again
  position_ = start;
  if (head_.size() < line_head) head_ = file_->read(0, std::min<std::uint64_t>(position_, line_head));
  for (auto line = lines.rbegin(); line != lines.rend(); ++line) {
    if (!line->text.starts_with(event_line_start)) continue;
    note_last(line->text);
    break;
  }
  if (!lines.empty() || !has_successor()) return lines;
  restart();
  return take();
}

}  // namespace alohook
