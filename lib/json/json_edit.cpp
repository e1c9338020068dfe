#include "json/json_edit.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "base/error.h"
#include "base/spelling.h"
#include "base/visible.h"
#include "json/json_path.h"
#include "json/json_string.h"
#include "json/json_text.h"

namespace alohook {
namespace {

using Kind = JsonText::Kind;

bool is_pointer(std::string_view path) { return path.empty() || path.front() == '/'; }

JsonPath path_of(std::string_view text) {
  const auto path = parse_json_path(text);
  if (path) return *path;
  throw Error(
      fmt::format("\"{}\" is no path", visible(text)),
      "write a JSON pointer (/action/title, with ~0 for ~ and ~1 for /) or a dotted path (action.title)");
}

/// Appends a step to a path, as a pointer or dotted.
std::string extended(const std::string& path, std::string_view key, bool pointer) {
  if (!pointer) return path.empty() ? std::string(key) : path + "." + std::string(key);
  std::string out = path + "/";
  for (const char c : key) {
    if (c == '~' || c == '/') {
      out += c == '~' ? "~0" : "~1";
    } else {
      out += c;
    }
  }
  return out;
}

/// Lists at most `limit` existing paths.
void collect_paths(const JsonText& json, JsonText::Index value, const std::string& path, bool pointer,
                   std::size_t limit, std::vector<std::string>& paths) {
  std::size_t index = 0;
  for (auto child = json.first_child(value); child != JsonText::none;
       child = json.next_sibling(child, value)) {
    if (paths.size() >= limit) return;
    const std::string key = json.kind(value) == Kind::object ? unescape_json_string(json.raw_key(child))
                                                             : fmt::to_string(index++);
    if (!pointer && (key.empty() || key.find('.') != std::string::npos)) continue;
    paths.push_back(extended(path, key, pointer));
    collect_paths(json, child, std::string(paths.back()), pointer, limit, paths);
  }
}

/// Returns the existing path that was probably meant, or an empty string.
std::string did_you_mean(const JsonText& json, std::string_view path) {
  constexpr std::size_t limit = 5000;
  std::vector<std::string> paths;
  collect_paths(json, JsonText::root, {}, is_pointer(path), limit, paths);
  return std::string(nearest(path, std::vector<std::string_view>(paths.begin(), paths.end())));
}

Error missing_path(const JsonText& json, const Override& change) {
  std::string hint;
  if (const std::string meant = did_you_mean(json, change.path); !meant.empty()) {
    hint = fmt::format("did you mean \"{}\"? ", visible(meant));
  }
  if (change.kind == Override::Kind::set) hint += "--add creates what is missing";
  while (hint.ends_with(' ')) hint.pop_back();
  return Error(fmt::format("the body has no \"{}\"", visible(change.path)), hint);
}

/// How much of a path exists in a document.
struct Place {
  std::vector<JsonText::Index> values;  ///< the root, then one for each step that was found
  bool is_found;
};

Place follow(const JsonText& json, const JsonPath& path) {
  Place place{{JsonText::root}, true};
  for (const std::string& token : path) {
    const auto child = find_json_step(json, place.values.back(), token);
    if (!child) return {std::move(place.values), false};
    place.values.push_back(*child);
  }
  return place;
}

/// The bytes of a member or item: from its key, if any, to the end of its value.
struct Extent {
  std::size_t begin, end;
};

Extent extent_of(const JsonText& json, std::string_view text, JsonText::Index value) {
  const std::string_view key = json.raw_key(value);
  const std::size_t begin =
      key.empty() ? json.offset(value) : static_cast<std::size_t>(key.data() - text.data());
  return {begin, json.offset(value) + json.raw(value).size()};
}

/// Removes a member or item with its comma and whitespace.
Splice removed(const JsonText& json, std::string_view text, JsonText::Index parent, JsonText::Index value) {
  const auto siblings = json.children(parent);
  const auto at = std::find(siblings.begin(), siblings.end(), value);
  const auto [begin, end] = extent_of(json, text, value);
  if (at + 1 != siblings.end()) return {begin, extent_of(json, text, *(at + 1)).begin, {}};
  if (at != siblings.begin()) return {extent_of(json, text, *(at - 1)).end, end, {}};
  return {json.offset(parent) + 1, json.offset(parent) + json.raw(parent).size() - 1, {}};
}

/// Returns the bytes between a member's key and its value.
std::string_view colon_of(const JsonText& json, std::string_view text, JsonText::Index object) {
  for (const JsonText::Index place : {object, JsonText::root}) {
    const auto first = json.first_child(place);
    if (first == JsonText::none || json.raw_key(first).empty()) continue;
    const std::size_t key_end = extent_of(json, text, first).begin + json.raw_key(first).size();
    return text.substr(key_end, json.offset(first) - key_end);
  }
  return ":";
}

/// Adds `json_value` at the end of an object (under `key`) or array, with the same spacing as its siblings.
Splice appended(const JsonText& json, std::string_view text, JsonText::Index parent, std::string_view key,
                std::string_view json_value) {
  const std::string item =
      json.kind(parent) == Kind::array
          ? std::string(json_value)
          : fmt::format("{}{}{}", quote_json_string(key), colon_of(json, text, parent), json_value);
  const auto siblings = json.children(parent);
  if (siblings.empty()) return {json.offset(parent) + 1, json.offset(parent) + 1, item};
  const std::size_t last_begin = extent_of(json, text, siblings.back()).begin;
  const std::size_t space_begin = text.find_last_not_of(" \t\r\n", last_begin - 1) + 1;
  const std::size_t end = extent_of(json, text, siblings.back()).end;
  return {end, end, fmt::format(",{}{}", text.substr(space_begin, last_begin - space_begin), item)};
}

/// Creates the missing steps below the last value of `place`.
Splice added(const JsonText& json, std::string_view text, const JsonPath& path, const Place& place,
             const Override& change) {
  const JsonText::Index parent = place.values.back();
  const std::size_t depth = place.values.size() - 1;
  const std::string& token = path[depth];
  const auto refused = [&](std::string_view why) {
    return Error(fmt::format("\"{}\" cannot be added: \"{}\" {}", visible(change.path), visible(token), why));
  };
  if (json.kind(parent) == Kind::array) {
    const std::size_t size = json.children(parent).size();
    if (token != "-" && json_array_index(token) != size) {
      throw refused(fmt::format("is not the end of an array of {} items; {} or - is", size, size));
    }
  } else if (json.kind(parent) != Kind::object) {
    throw refused("would be inside a value that is neither object nor array");
  }
  std::string value = change.json;
  for (std::size_t i = path.size(); i-- > depth + 1;) {
    const bool is_array = path[i] == "-" || path[i] == "0";
    value =
        is_array ? fmt::format("[{}]", value) : fmt::format("{{{}:{}}}", quote_json_string(path[i]), value);
  }
  return appended(json, text, parent, token, value);
}

Splice splice_for(std::string_view text, const Override& change) {
  const auto json = JsonText::parse(text);
  if (!json) throw Error("the body is not JSON, so nothing in it can be set", "send it without overrides");
  const JsonPath path = path_of(change.path);
  const Place place = follow(*json, path);
  if (change.kind == Override::Kind::unset) {
    if (path.empty()) throw Error("the whole body cannot be unset");
    if (!place.is_found) throw missing_path(*json, change);
    return removed(*json, text, place.values[path.size() - 1], place.values.back());
  }
  if (!place.is_found) {
    if (!change.add) throw missing_path(*json, change);
    return added(*json, text, path, place, change);
  }
  const JsonText::Index value = place.values.back();
  const std::size_t begin = json->offset(value);
  return {begin, begin + json->raw(value).size(), change.json};
}

}  // namespace

std::string apply_overrides(std::string_view body, const std::vector<Override>& overrides,
                            const std::function<void(const Splice&)>& on_change) {
  std::string text(body);
  for (Override change : overrides) {
    if (change.kind == Override::Kind::set) {
      const auto value = JsonText::parse(change.json);
      if (!value) {
        throw Error(
            fmt::format("the value for \"{}\" is not JSON: {}", visible(change.path), visible(change.json)),
            "strings need quotes in JSON; --set takes the value as a string");
      }
      change.json = std::string(value->raw(JsonText::root));
    }
    const Splice splice = splice_for(text, change);
    text.replace(splice.begin, splice.end - splice.begin, splice.text);
    if (on_change) on_change(splice);
    // A document whose parts are valid JSON can only exceed a limit.
    if (!JsonText::parse(text)) {
      throw Error(fmt::format("the body would be nested too deeply or grow too large at \"{}\"",
                              visible(change.path)),
                  "a shorter path is nested less");
    }
  }
  return text;
}

}  // namespace alohook
