#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "inspector/feed.h"
#include "journal/index.h"

namespace alohook {

/// All events with consistent numbers: those in memory, those evicted from memory that are still in the journal, and
/// those that were in the journal before. Not thread-safe.
class Archive {
 public:
  /// If `journal` is null, only events in memory are available.
  Archive(Feed& feed, JournalIndex* journal) : feed_(feed), journal_(journal) {}

  /// Returns the event with this number; null if it is no longer available or never existed.
  std::shared_ptr<const ReceivedEvent> at(std::int64_t n) const;

  /// Returns the newest event whose ID starts with `id`.
  std::optional<FeedItem> find(std::string_view id) const;

  struct Older {
    std::vector<FeedItem> items;  ///< newest first
    bool has_more = false;        ///< there may be more events before the last one
  };
  /// Returns up to `limit` events before `n`.
  Older before(std::int64_t n, std::size_t limit) const;

  /// Returns the highest number below `n` that may belong to an event; nullopt if there is none.
  std::optional<std::int64_t> previous(std::int64_t n) const;

 private:
  Feed& feed_;
  JournalIndex* journal_;
};

}  // namespace alohook
