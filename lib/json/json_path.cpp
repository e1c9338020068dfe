#include "json/json_path.h"

#include <charconv>

namespace alohook {
namespace {

std::optional<std::string> unescape_step(std::string_view step) {
  std::string out;
  for (std::size_t i = 0; i < step.size(); ++i) {
    if (step[i] != '~') {
      out += step[i];
      continue;
    }
    if (++i == step.size() || (step[i] != '0' && step[i] != '1')) return std::nullopt;
    out += step[i] == '0' ? '~' : '/';
  }
  return out;
}

}  // namespace

std::optional<JsonPath> parse_json_path(std::string_view text) {
  JsonPath path;
  if (text.empty()) return path;
  const bool is_pointer = text.starts_with('/');
  const char separator = is_pointer ? '/' : '.';
  if (is_pointer) text.remove_prefix(1);
  while (true) {
    const auto end = text.find(separator);
    const std::string_view step = text.substr(0, end);
    const auto plain = is_pointer ? unescape_step(step) : std::optional<std::string>(step);
    if (!plain || (!is_pointer && plain->empty())) return std::nullopt;
    path.push_back(*plain);
    if (end == std::string_view::npos) return path;
    text.remove_prefix(end + 1);
  }
}

std::optional<std::size_t> json_array_index(std::string_view step) {
  std::size_t index = 0;
  const auto [end, error] = std::from_chars(step.data(), step.data() + step.size(), index);
  const bool is_canonical = step == "0" || !step.starts_with('0');
  if (error != std::errc{} || end != step.data() + step.size() || !is_canonical) return std::nullopt;
  return index;
}

std::optional<JsonText::Index> find_json_step(const JsonText& json, JsonText::Index value,
                                              std::string_view step) {
  if (json.kind(value) == JsonText::Kind::object) return json.member(value, step);
  const auto wanted = json.kind(value) == JsonText::Kind::array ? json_array_index(step) : std::nullopt;
  if (!wanted) return std::nullopt;
  auto child = json.first_child(value);
  for (std::size_t i = 0; i < *wanted && child != JsonText::none; ++i)
    child = json.next_sibling(child, value);
  return child == JsonText::none ? std::nullopt : std::optional(child);
}

std::optional<JsonText::Index> find_json_path(const JsonText& json, const JsonPath& path) {
  JsonText::Index at = JsonText::root;
  for (const std::string& step : path) {
    const auto next = find_json_step(json, at, step);
    if (!next) return std::nullopt;
    at = *next;
  }
  return at;
}

}  // namespace alohook
