#pragma once
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace alohook {

/// The events that a run waits for, and how many of each.
class Expectation {
 public:
  struct Item {
    std::string type;
    std::size_t wanted = 1;
    std::size_t came = 0;     ///< with a valid signature
    std::size_t refused = 0;  ///< of this type, but invalid, so not counted
  };

  /// Adds `TYPE` or `TYPE=N` with N from 1; repeating a type, in either spelling, adds N.
  /// Throws Error if it doesn't have that form.
  void add(std::string_view text);

  /// Counts an event that arrived.
  void take_valid(const std::optional<std::string>& type);
  void take_refused(const std::optional<std::string>& type);

  bool is_empty() const { return items_.empty(); }
  /// Returns whether all of them have arrived, or more; true without any.
  bool is_met() const;
  const std::vector<Item>& items() const { return items_; }

 private:
  Item* find(const std::optional<std::string>& type);
  std::vector<Item> items_;
};

}  // namespace alohook
