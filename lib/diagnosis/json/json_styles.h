#pragma once
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "diagnosis/json/json_changes.h"
#include "diagnosis/json/json_numbers.h"
#include "diagnosis/json/json_strings.h"
#include "diagnosis/json/json_tree.h"

namespace alohook {

/// Whitespace and brackets.
struct JsonLayout {
  enum class Empties { tight, ruby_pretty, spaced, broken };

  std::string_view between = ",";
  std::string_view after_key = ":";
  std::string_view indent = {};  ///< empty: all on one line
  std::string_view newline = "\n";
  Empties empties = Empties::tight;
  bool arrays_on_one_line = false;  ///< Jackson's pretty printer: `[ 1, 2 ]`, only objects are indented
};

/// How one library writes back the JSON that it has read.
struct JsonStyle {
  enum class Order {
    kept,
    sorted,             ///< by code point, which is by byte
    sorted_utf16,       ///< by UTF-16 unit, as Java and JavaScript compare
    javascript,         ///< integer-like keys first
    javascript_sorted,  ///< sorted, then the integer-like keys first
    shortest_first,     ///< by length, then by byte, as jsonb
  };

  std::string_view id;     ///< names the recording that proves it
  std::string_view title;  ///< for people: `Python's json.dumps(…)`
  JsonLayout layout = {};
  JsonStrings strings = {};
  JsonNumbers numbers = JsonNumbers::as_written;
  Order order = Order::kept;
  JsonTree::Duplicates duplicates = JsonTree::Duplicates::last_wins;
  std::string_view literals[3] = {"true", "false", "null"};
  bool php_arrays = false;   ///< objects that look like lists become lists, empty ones too
  bool drops_nulls = false;  ///< members that are null are left out, as Gson does
  bool ends_in_newline = false;
  bool rare = false;            ///< tried after the likelier ones
  bool alone = false;           ///< tried only without any other deviation
  bool rewrites_dates = false;  ///< what looks like a date becomes one and is written back
  bool is_recorded = true;      ///< false: built from the library's documentation
  bool is_json = true;          ///< false for what Python's `str` or Ruby's `inspect` print
};

/// All the known styles, the likeliest first.
std::span<const JsonStyle> json_styles();

/// The style of this id; there must be one.
const JsonStyle& json_style(std::string_view id);

/// Writes the tree in this style; nullopt when the library can't read or write such a value.
std::optional<std::string> write_json(const JsonTree& tree, const JsonStyle& style);
/// Writes it with its values or keys changed in between; nullopt also when the change has no effect.
std::optional<std::string> write_json(const JsonTree& tree, const JsonStyle& style, const JsonChange& change);
std::optional<std::string> write_json(const JsonTree& tree, const JsonTree::Node& value,
                                      const JsonStyle& style);

}  // namespace alohook
