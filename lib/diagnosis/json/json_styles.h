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
  std::string_view indent = {};  ///< empty: everything on one line
  std::string_view newline = "\n";
  Empties empties = Empties::tight;
  bool arrays_on_one_line = false;  ///< Jackson's pretty printer: `[ 1, 2 ]`; only objects are indented
};

/// How a library re-serializes JSON.
struct JsonStyle {
  enum class Order {
    kept,
    sorted,             ///< by code point, which is also by byte
    sorted_utf16,       ///< by UTF-16 unit, as in Java and JavaScript
    javascript,         ///< integer-like keys first
    javascript_sorted,  ///< sorted, then the integer-like keys first
    shortest_first,     ///< by length, then by byte, like jsonb
  };

  std::string_view id;     ///< the name of the recording that proves it
  std::string_view title;  ///< for people: `Python's json.dumps(…)`
  JsonLayout layout = {};
  JsonStrings strings = {};
  JsonNumbers numbers = JsonNumbers::as_written;
  Order order = Order::kept;
  JsonTree::Duplicates duplicates = JsonTree::Duplicates::last_wins;
  std::string_view literals[3] = {"true", "false", "null"};
  bool php_arrays = false;   ///< objects that look like lists become lists, and so do empty ones
  bool drops_nulls = false;  ///< members that are null are omitted, as in Gson
  bool ends_in_newline = false;
  bool rare = false;            ///< tried after the more likely ones
  bool alone = false;           ///< tried only if nothing else deviates
  bool rewrites_dates = false;  ///< strings that look like dates are parsed and written back
  bool is_recorded = true;      ///< false: based on the library's documentation
  bool is_json = true;          ///< false for the output of Python's `str` or Ruby's `inspect`
};

/// Returns all known styles, the most likely first.
std::span<const JsonStyle> json_styles();

/// Returns the style with this ID, which must exist.
const JsonStyle& json_style(std::string_view id);

/// Writes the tree in this style; nullopt if the library can't read or write one of the values.
std::optional<std::string> write_json(const JsonTree& tree, const JsonStyle& style);
/// Writes the tree after changing its values or keys; nullopt also if the change has no effect.
std::optional<std::string> write_json(const JsonTree& tree, const JsonStyle& style, const JsonChange& change);
std::optional<std::string> write_json(const JsonTree& tree, const JsonTree::Node& value,
                                      const JsonStyle& style);

}  // namespace alohook
