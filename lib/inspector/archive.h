#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "inspector/feed.h"
#include "journal/index.h"

namespace alohook {

/// All events under one numbering: those in memory, those that were evicted and are in the journal, and those that the
/// journal held before. For one thread.
class Archive {
 public:
  /// `journal` may be null: then only what is in memory can be read.
  Archive(Feed& feed, JournalIndex* journal) : feed_(feed), journal_(journal) {}

  /// Returns the event under a number; null when it is gone or never existed.
  std::shared_ptr<const ReceivedEvent> at(std::int64_t n) const;

  /// Returns the newest event whose id starts with `id`.
  std::optional<FeedItem> find(std::string_view id) const;

  struct Older {
    std::vector<FeedItem> items;  ///< newest first
    bool has_more = false;        ///< there may be events before the last one
  };
  /// Returns up to `limit` events before `n`.
  Older before(std::int64_t n, std::size_t limit) const;

  /// Returns the greatest number below `n` that may have an event; nullopt when there is none.
  std::optional<std::int64_t> previous(std::int64_t n) const;

 private:
  Feed& feed_;
  JournalIndex* journal_;
};

}  // namespace alohook
