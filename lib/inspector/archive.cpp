#include "inspector/archive.h"

#include <algorithm>
#include <utility>

#include "journal/reader.h"

namespace alohook {
namespace {

std::shared_ptr<const ReceivedEvent> read(const std::optional<JournalIndex::Line>& line) {
  auto event = line ? read_journal_line(line->text) : std::nullopt;
  return event ? std::make_shared<const ReceivedEvent>(as_received(std::move(*event))) : nullptr;
}

}  // namespace

std::shared_ptr<const ReceivedEvent> Archive::at(std::int64_t n) const {
  if (auto event = feed_.at(n)) return event;
  if (journal_ == nullptr) return nullptr;
  if (n <= 0) return read(journal_->older(n));
  const auto id = feed_.evicted_id(n);
  return id ? read(journal_->appended_with(*id)) : nullptr;
}

std::optional<std::int64_t> Archive::previous(std::int64_t n) const {
  const std::int64_t before = std::min(n, feed_.last() + 1) - 1;
  if (before >= feed_.first()) return before;
  if (journal_ == nullptr) return std::nullopt;
  if (before >= 1 || journal_->older(before)) return before;
  return std::nullopt;
}

std::optional<FeedItem> Archive::find(std::string_view id) const {
  if (auto item = feed_.find(id)) return item;
  if (journal_ == nullptr) return std::nullopt;
  for (std::int64_t n = std::min(feed_.first(), feed_.last() + 1) - 1; n >= 1; --n) {
    const auto evicted = feed_.evicted_id(n);
    if (!evicted || !evicted->starts_with(id)) continue;
    if (auto event = at(n)) return FeedItem{n, std::move(event)};
  }
  const auto n = journal_->find(id);
  const auto event = n ? at(*n) : nullptr;
  return event ? std::optional(FeedItem{*n, event}) : std::nullopt;
}

Archive::Older Archive::before(std::int64_t n, std::size_t limit) const {
  Older older;
  auto at_number = previous(n);
  for (; at_number && older.items.size() < limit; at_number = previous(*at_number)) {
    if (auto event = at(*at_number)) older.items.push_back({*at_number, std::move(event)});
  }
  older.has_more = at_number.has_value();
  return older;
}

}  // namespace alohook
