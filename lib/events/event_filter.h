#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "json/json_path.h"

namespace alohook {

/// Selects events that have one of the types (in either spelling) and all of the given values.
class EventFilter {
 public:
  /// Adds a type; without any, all types pass.
  void add_type(std::string type);

  /// Adds `/json/pointer=value`: the value at the pointer must be this string, number or literal, as written.
  /// Throws Error if it doesn't have that form.
  void add_where(std::string_view condition);

  bool is_empty() const { return types_.empty() && conditions_.empty(); }
  bool matches(const std::optional<std::string>& type, std::string_view body) const;

 private:
  struct Condition {
    JsonPath path;
    std::string value;
  };
  std::vector<std::string> types_;
  std::vector<Condition> conditions_;
};

}  // namespace alohook
