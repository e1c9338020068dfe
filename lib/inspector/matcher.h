#pragma once
#include <functional>
#include <string>
#include <string_view>

#include "journal/event_json.h"

namespace alohook {

/// Searches all parts of an event for a text, byte by byte, ignoring the case of ASCII letters.
class EventMatcher {
 public:
  explicit EventMatcher(std::string text);
  EventMatcher(const EventMatcher&) = delete;
  EventMatcher& operator=(const EventMatcher&) = delete;

  /// Returns whether the type, ID, target, a header or the body contains the text. An empty text always matches.
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
