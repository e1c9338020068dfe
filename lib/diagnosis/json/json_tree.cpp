#include "diagnosis/json/json_tree.h"

#include <algorithm>
#include <unordered_map>
#include <utility>

#include "base/codec.h"
#include "diagnosis/json/json_strings.h"

namespace alohook {
namespace {

/// Appends a character as UTF-8, surrogates included, so that keys sort by code point and nothing is lost.
void append_any(std::string& out, char32_t c) {
  if (!is_high_surrogate(c) && !is_low_surrogate(c)) return append_utf8(out, c);
  out += static_cast<char>(0xE0 | (c >> 12));
  out += static_cast<char>(0x80 | ((c >> 6) & 0x3F));
  out += static_cast<char>(0x80 | (c & 0x3F));
}

constexpr std::size_t few_members = 16;

/// Compares all pairs, which is faster than hashing for the few members that most objects have.
bool has_duplicate(const auto& members) {
  for (std::size_t i = 1; i < members.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      if (members[i].key == members[j].key) return true;
    }
  }
  return false;
}

}  // namespace

JsonTree::JsonTree(const JsonText& text, Duplicates duplicates) {
  std::vector<JsonText::Index> values{JsonText::root};
  nodes_.push_back({text.kind(JsonText::root), text.raw(JsonText::root), {}, {}});
  std::vector<Source> members;
  for (std::size_t i = 0; i < nodes_.size(); ++i) {
    members.clear();
    collect(text, values[i], duplicates, members);
    nodes_[i].first_child = static_cast<std::uint32_t>(nodes_.size());
    nodes_[i].child_count = static_cast<std::uint32_t>(members.size());
    for (const Source& member : members) {
      nodes_.push_back({text.kind(member.value), text.raw(member.value), member.raw_key, member.key});
      values.push_back(member.value);
    }
  }
}

std::string_view JsonTree::unescaped(std::string_view raw_key) {
  if (raw_key.empty()) return {};
  const std::string_view inside = raw_key.substr(1, raw_key.size() - 2);
  if (inside.find('\\') == std::string_view::npos) return inside;
  std::string& key = unescaped_keys_.emplace_back();
  for (std::size_t at = 0; at < inside.size();) append_any(key, next_json_character(inside, at));
  return key;
}

void JsonTree::collect(const JsonText& text, JsonText::Index value, Duplicates duplicates,
                       std::vector<Source>& members) {
  for (auto child = text.first_child(value); child != JsonText::none;
       child = text.next_sibling(child, value)) {
    members.push_back({child, text.raw_key(child), unescaped(text.raw_key(child))});
  }
  if (duplicates == Duplicates::last_wins && text.kind(value) == JsonText::Kind::object)
    drop_duplicates(members);
}

void JsonTree::drop_duplicates(std::vector<Source>& members) {
  if (members.size() <= few_members && !has_duplicate(members)) return;
  std::unordered_map<std::string_view, std::size_t> place_of;
  std::vector<Source> kept;
  for (const Source& member : members) {
    const auto [place, is_new] = place_of.try_emplace(member.key, kept.size());
    if (is_new) {
      kept.push_back(member);
    } else {
      kept[place->second].value = member.value;
    }
  }
  dropped_duplicates_ |= kept.size() < members.size();
  members = std::move(kept);
}

}  // namespace alohook
