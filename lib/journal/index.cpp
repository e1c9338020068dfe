#include "journal/index.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>

#include "base/error.h"
#include "base/visible.h"
#include "journal/reader.h"

namespace alohook {
namespace {

constexpr std::uint64_t first_step = 256 << 10;
constexpr std::uint64_t compared_head = 64;

}  // namespace

JournalIndex::JournalIndex(const std::string& path) : file_(std::make_shared<const OffsetFile>(path)) {
  if (!file_->is_open()) {
    throw Error(fmt::format("can't read '{}': {}", visible(path), file_->error().message()));
  }
  // A line that another program is still writing belongs to what is appended later.
  std::uint64_t end = file_->size();
  for (std::uint64_t length = first_step; end > 0; length *= 2) {
    const std::uint64_t from = end > length ? end - length : 0;
    const std::string text = file_->read(from, end);
    const auto newline = text.rfind('\n');
    if (newline != std::string::npos || from == 0) {
      end = newline == std::string::npos ? 0 : from + newline + 1;
      break;
    }
  }
  begin_ = end_ = end;
  head_ = file_->read(0, std::min(end_, compared_head));
  const auto last = older(0);
  following_.emplace(path, file_, end, last ? last->text : "", JournalTail::Rewritten::unseen);
  indexing_.emplace(path, file_, end, "", JournalTail::Rewritten::whole);
}

/// Whether the file still holds what it did at the start.
bool JournalIndex::is_intact() const {
  return file_->size() >= end_ && file_->read(0, head_.size()) == head_;
}

/// Indexes one more block toward the beginning. Returns false at the beginning of the file.
bool JournalIndex::extend() {
  for (std::uint64_t length = first_step; begin_ > 0; length *= 2) {
    const std::uint64_t from = begin_ > length ? begin_ - length : 0;
    const std::string text = file_->read(from, begin_);
    if (text.size() < begin_ - from) return false;  // the file was cut
    std::size_t first = 0;
    if (from > 0) {
      const auto newline = text.find('\n');
      if (newline + 1 >= text.size()) continue;  // this block contains only part of a line
      first = newline + 1;
    }
    for (std::size_t end = text.size() - 1;;) {
      const auto before = end == 0 ? std::string::npos : text.rfind('\n', end - 1);
      const std::size_t start = before == std::string::npos || before + 1 < first ? first : before + 1;
      if (is_event_line(std::string_view(text).substr(start, end - start))) offsets_.push_back(from + start);
      if (start == first) break;
      end = start - 1;
    }
    begin_ = from + first;
    return true;
  }
  return false;
}

std::optional<JournalIndex::Line> JournalIndex::older(std::int64_t n) {
  if (n > 0 || !is_intact()) return std::nullopt;
  const auto index = static_cast<std::size_t>(-n);
  while (index >= offsets_.size()) {
    if (!extend()) return std::nullopt;
  }
  return file_->line(offsets_[index]);
}

std::optional<std::int64_t> JournalIndex::find(std::string_view id) {
  if (!is_intact()) return std::nullopt;
  const std::string start = fmt::format("{}{}", event_line_start, id);
  for (std::size_t i = 0;; ++i) {
    if (i >= offsets_.size() && !extend()) return std::nullopt;
    if (i >= offsets_.size()) {
      --i;  // the block contained no event
      continue;
    }
    const std::string text = file_->read(offsets_[i], offsets_[i] + start.size());
    if (text == start) return -static_cast<std::int64_t>(i);
    if (text.starts_with(event_line_start)) continue;
    const auto line = file_->line(offsets_[i]);
    const auto event = line ? read_journal_line(line->text) : std::nullopt;
    if (event && event->id.starts_with(id)) return -static_cast<std::int64_t>(i);
  }
}

std::vector<JournalIndex::Line> JournalIndex::appended() {
  while (true) {
    std::vector<Line> lines = following_->take();
    const bool is_end = lines.empty();
    std::erase_if(lines, [](const Line& line) { return !is_event_line(line.text); });
    if (is_end || !lines.empty()) return lines;
  }
}

std::optional<JournalIndex::Line> JournalIndex::appended_with(std::string_view id) {
  const std::hash<std::string_view> hash;
  auto found = by_id_.find(hash(id));
  while (found == by_id_.end()) {
    const std::vector<Line> lines = indexing_->take();
    if (lines.empty()) return std::nullopt;
    for (const Line& line : lines) {
      const std::string known = id_of_line(line.text);
      if (!known.empty()) by_id_.insert_or_assign(hash(known), Place{indexing_->generation(), line.offset});
    }
    found = by_id_.find(hash(id));
  }
  const Place place = found->second;
  // Of several files that had the name, the first one and the newest one are open.
  if (place.generation != 0 && place.generation != indexing_->generation()) return std::nullopt;
  auto line = (place.generation == 0 ? *file_ : indexing_->file()).line(place.offset);
  return line && id_of_line(line->text) == id ? std::move(line) : std::nullopt;
}

}  // namespace alohook
