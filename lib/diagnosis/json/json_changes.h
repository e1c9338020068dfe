#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace alohook {

/// What middleware, mappers and sanitizers change in a parsed body before it is re-serialized.
struct JsonChange {
  enum class Drop : std::uint8_t { nothing, nulls, empty, zero };

  std::string_view title;  ///< continues "the body as … writes it, "
  /// Changes a string's characters. Returns false if the string becomes null.
  bool (*string)(std::string& text) = nullptr;
  std::string (*key)(std::string_view key) = nullptr;
  Drop drop = Drop::nothing;        ///< the members to drop
  bool nulls_to_empty = false;      ///< null becomes ""
  bool numbers_to_strings = false;  ///< 12 becomes "12"
  bool strings_to_numbers = false;  ///< "12" becomes 12
};

/// Returns all known changes, the most likely first.
std::span<const JsonChange> json_changes();

/// Json.NET parses strings that look like ISO 8601 dates, and writes them back without trailing zeros.
const JsonChange& newtonsoft_dates();

}  // namespace alohook
