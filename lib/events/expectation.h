#pragma once
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace alohook {

/// Which events are waited for, and how many of each.
class Expectation {
 public:
  struct Item {
    std::string type;
    std::size_t wanted = 1;
    std::size_t came = 0;     ///< with a valid signature
    std::size_t refused = 0;  ///< of this type, but not valid, so not counted
  };

  /// Adds `TYPE` or `TYPE=N` with N from 1; a type that is there already, in either spelling, is wanted that often more.
  /// Throws Error when it is not of that form.
  void add(std::string_view text);

  /// Counts an event that came.
  void take_valid(const std::optional<std::string>& type);
  void take_refused(const std::optional<std::string>& type);

  bool is_empty() const { return items_.empty(); }
  /// Whether all have come, or more of them; true without any.
  bool is_met() const;
  const std::vector<Item>& items() const { return items_; }

 private:
  Item* find(const std::optional<std::string>& type);
  std::vector<Item> items_;
};

}  // namespace alohook
