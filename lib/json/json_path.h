#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "json/json_text.h"

namespace alohook {

/// The keys and indexes that lead to a value, from the root.
using JsonPath = std::vector<std::string>;

/// Reads a JSON pointer (RFC 6901: `/action/title`, `~0` and `~1` for `~` and `/`) or a dotted path (`action.title`).
/// Empty text is the root. Returns nullopt for a `~` without 0 or 1, or an empty step in a dotted path.
std::optional<JsonPath> parse_json_path(std::string_view text);

/// Reads an array index: decimal digits without sign or leading zero.
std::optional<std::size_t> json_array_index(std::string_view step);

/// Returns the member or item that one step leads to.
std::optional<JsonText::Index> find_json_step(const JsonText& json, JsonText::Index value,
                                              std::string_view step);

/// Returns the value at the path. Array steps are decimal indexes; of duplicate keys the last one counts.
std::optional<JsonText::Index> find_json_path(const JsonText& json, const JsonPath& path);

}  // namespace alohook
