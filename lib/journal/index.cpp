#include "journal/index.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>

#include "base/error.h"
#include "base/visible.h"
#include "journal/reader.h"

namespace alohook {
namespace {

constexpr std::uint64_t first_step = 256 << 10;
constexpr std::uint64_t max_appended = 4 << 20;
constexpr std::string_view line_start = R"({"schema":1,"id":")";

/// Lines written by alohook are recognized by their start. Any other line has to be parsed.
bool is_event(std::string_view line) {
  return (line.starts_with(line_start) && line.ends_with('}')) || read_journal_line(line).has_value();
}

}  // namespace

JournalIndex::JournalIndex(const std::string& path) {
  descriptor_ = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  struct stat status = {};
  if (descriptor_ < 0 || ::fstat(descriptor_, &status) != 0 || S_ISDIR(status.st_mode)) {
    if (descriptor_ >= 0) ::close(descriptor_);
    throw Error(fmt::format("can't read '{}'", visible(path)), "name a journal that exists and is readable");
  }
  // A line that another program is still writing counts as appended later.
  std::uint64_t end = size();
  for (std::uint64_t length = first_step; end > 0; length *= 2) {
    const std::uint64_t from = end > length ? end - length : 0;
    const std::string text = read(from, end);
    const auto newline = text.rfind('\n');
    if (newline != std::string::npos || from == 0) {
      end = newline == std::string::npos ? 0 : from + newline + 1;
      break;
    }
  }
  begin_ = tail_ = indexed_ = end;
}

JournalIndex::~JournalIndex() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

std::uint64_t JournalIndex::size() const {
  struct stat status = {};
  return ::fstat(descriptor_, &status) == 0 ? static_cast<std::uint64_t>(std::max<off_t>(0, status.st_size))
                                            : 0;
}

std::string JournalIndex::read(std::uint64_t from, std::uint64_t to) const {
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

/// Indexes one more block toward the beginning. Returns false at the beginning of the file.
bool JournalIndex::extend() {
  for (std::uint64_t length = first_step; begin_ > 0; length *= 2) {
    const std::uint64_t from = begin_ > length ? begin_ - length : 0;
    const std::string text = read(from, begin_);
    if (text.size() < begin_ - from) return false;  // the file was truncated
    std::size_t first = 0;
    if (from > 0) {
      const auto newline = text.find('\n');
      if (newline + 1 >= text.size()) continue;  // this block contains only part of a line
      first = newline + 1;
    }
    for (std::size_t end = text.size() - 1;;) {
      const auto before = end == 0 ? std::string::npos : text.rfind('\n', end - 1);
      const std::size_t start = before == std::string::npos || before + 1 < first ? first : before + 1;
      if (is_event(std::string_view(text).substr(start, end - start))) offsets_.push_back(from + start);
      if (start == first) break;
      end = start - 1;
    }
    begin_ = from + first;
    return true;
  }
  return false;
}

std::optional<JournalIndex::Line> JournalIndex::older(std::int64_t n) {
  if (n > 0) return std::nullopt;
  const auto index = static_cast<std::size_t>(-n);
  while (index >= offsets_.size()) {
    if (!extend()) return std::nullopt;
  }
  return at(offsets_[index]);
}

std::optional<JournalIndex::Line> JournalIndex::at(std::uint64_t offset) const {
  const std::uint64_t end = size();
  for (std::uint64_t length = 4096; offset < end; length *= 8) {
    std::string text = read(offset, std::min(end, offset + length));
    if (const auto newline = text.find('\n'); newline != std::string::npos) {
      text.resize(newline);
      return Line{offset, std::move(text)};
    }
    if (offset + length >= end) break;
  }
  return std::nullopt;
}

std::optional<std::int64_t> JournalIndex::find(std::string_view id) {
  const std::string start = fmt::format("{}{}", line_start, id);
  for (std::size_t i = 0;; ++i) {
    if (i >= offsets_.size() && !extend()) return std::nullopt;
    if (i >= offsets_.size()) {
      --i;  // the block contained no event
      continue;
    }
    const std::string text = read(offsets_[i], offsets_[i] + start.size());
    if (text == start) return -static_cast<std::int64_t>(i);
    if (text.starts_with(line_start)) continue;
    const auto line = at(offsets_[i]);
    const auto event = line ? read_journal_line(line->text) : std::nullopt;
    if (event && event->id.starts_with(id)) return -static_cast<std::int64_t>(i);
  }
}

std::vector<JournalIndex::Line> JournalIndex::appended() {
  std::vector<Line> lines;
  const std::uint64_t end = size();
  for (std::uint64_t length = max_appended; tail_ < end; length *= 2) {
    const std::string text = read(tail_, std::min(end, tail_ + length));
    std::size_t start = 0;
    for (auto newline = text.find('\n'); newline != std::string::npos; newline = text.find('\n', start)) {
      std::string line = text.substr(start, newline - start);
      if (is_event(line)) lines.push_back({tail_ + start, std::move(line)});
      start = newline + 1;
    }
    tail_ += start;
    if (start > 0 || tail_ + length >= end) break;
  }
  return lines;
}

/// Adds the IDs of lines appended since the last call.
void JournalIndex::index_appended() {
  const std::uint64_t end = size();
  for (std::uint64_t length = max_appended; indexed_ < end;) {
    const std::string text = read(indexed_, std::min(end, indexed_ + length));
    std::size_t start = 0;
    for (auto newline = text.find('\n'); newline != std::string::npos; newline = text.find('\n', start)) {
      const std::string_view line = std::string_view(text).substr(start, newline - start);
      if (line.starts_with(line_start)) {
        const std::string_view rest = line.substr(line_start.size());
        by_id_.emplace(rest.substr(0, rest.find('"')), indexed_ + start);
      } else if (const auto event = read_journal_line(line)) {
        by_id_.emplace(event->id, indexed_ + start);
      }
      start = newline + 1;
    }
    if (start == 0 && indexed_ + length >= end) return;
    if (start == 0) length *= 2;
    indexed_ += start;
  }
}

std::optional<JournalIndex::Line> JournalIndex::appended_with(std::string_view id) {
  auto found = by_id_.find(std::string(id));
  if (found == by_id_.end()) {
    index_appended();
    found = by_id_.find(std::string(id));
  }
  return found == by_id_.end() ? std::nullopt : at(found->second);
}

}  // namespace alohook
