#pragma once
#include <functional>
#include <string>
#include <string_view>

#include "journal/event_json.h"

namespace alohook {

/// Finds a text in whatever an event holds, over all bytes, regardless of the case of ASCII letters.
class EventMatcher {
 public:
  explicit EventMatcher(std::string text);
  EventMatcher(const EventMatcher&) = delete;
  EventMatcher& operator=(const EventMatcher&) = delete;

  /// Returns whether the type, id, target, a header or the body holds the text. An empty text is everywhere.
  bool matches(const ReceivedEvent& event) const;

 private:
  struct Hash {
    std::size_t operator()(char c) const;
  };
  struct Equal {
    bool operator()(char a, char b) const;
  };
  using Searcher = std::boyer_moore_horspool_searcher<std::string::const_iterator, Hash, Equal>;
  bool is_in(std::string_view text) const;

  std::string text_;
  Searcher searcher_;
};

}  // namespace alohook
