#pragma once
#include <cstdint>
#include <deque>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "json/json_text.h"

namespace alohook {

/// JSON as programs represent it after parsing. With `last_wins`, a duplicate key's last value takes the first one's
/// place.
class JsonTree {
 public:
  enum class Duplicates { kept, last_wins };

  struct Node {
    JsonText::Kind kind = JsonText::Kind::literal;
    std::string_view raw;      ///< the value's exact bytes
    std::string_view raw_key;  ///< with its quotes; empty if there is none
    std::string_view key;      ///< unescaped; a lone surrogate is encoded as three bytes
    std::uint32_t first_child = 0;
    std::uint32_t child_count = 0;
  };

  JsonTree(const JsonText& text, Duplicates duplicates);
  JsonTree(const JsonTree&) = delete;
  JsonTree& operator=(const JsonTree&) = delete;

  const Node& root() const { return nodes_.front(); }
  std::span<const Node> children(const Node& node) const {
    return std::span(nodes_).subspan(node.first_child, node.child_count);
  }
  bool dropped_duplicates() const { return dropped_duplicates_; }

 private:
  struct Source {
    JsonText::Index value;
    std::string_view raw_key, key;
  };
  std::string_view unescaped(std::string_view raw_key);
  void collect(const JsonText& text, JsonText::Index value, Duplicates duplicates,
               std::vector<Source>& members);
  void drop_duplicates(std::vector<Source>& members);

  std::vector<Node> nodes_;                 // the children of a value are adjacent
  std::deque<std::string> unescaped_keys_;  // a deque, because views refer to its elements
  bool dropped_duplicates_ = false;
};

}  // namespace alohook
