#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace alohook {

/// What middleware, mappers and sanitizers do to a parsed body before it is written back.
struct JsonChange {
  enum class Drop : std::uint8_t { nothing, nulls, empty, zero };

  std::string_view title;  ///< goes on after "the body as … writes it, "
  /// Changes a string's characters; returns false when it becomes null.
  bool (*string)(std::string& text) = nullptr;
  std::string (*key)(std::string_view key) = nullptr;
  Drop drop = Drop::nothing;        ///< members that are left out
  bool nulls_to_empty = false;      ///< null becomes ""
  bool numbers_to_strings = false;  ///< 12 becomes "12"
  bool strings_to_numbers = false;  ///< "12" becomes 12
};

/// All the known changes, the likeliest first.
std::span<const JsonChange> json_changes();

/// Json.NET reads texts that look like ISO 8601 dates as dates and writes them back without trailing zeros.
const JsonChange& newtonsoft_dates();

}  // namespace alohook
