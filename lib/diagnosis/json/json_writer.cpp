#include <algorithm>
#include <charconv>
#include <cstdint>
#include <vector>

#include "diagnosis/json/json_styles.h"

namespace alohook {
namespace {

using Node = JsonTree::Node;
using Kind = JsonText::Kind;

/// Returns the number that a key stands for when JavaScript takes it as an array index.
std::optional<std::uint32_t> array_index(std::string_view key) {
  const bool is_canonical = !key.empty() && (key == "0" || key[0] != '0');
  std::uint32_t index = 0;
  const auto [end, error] = std::from_chars(key.data(), key.data() + key.size(), index);
  if (!is_canonical || error != std::errc() || end != key.data() + key.size() || index == UINT32_MAX)
    return std::nullopt;
  return index;
}

/// Puts integer-like keys first, ascending, as every JavaScript engine does.
void order_as_javascript(std::vector<const Node*>& members) {
  const auto others = std::stable_partition(members.begin(), members.end(), [](const Node* member) {
    return array_index(member->key).has_value();
  });
  std::sort(members.begin(), others,
            [](const Node* a, const Node* b) { return *array_index(a->key) < *array_index(b->key); });
}

class Writer {
 public:
  Writer(const JsonTree& tree, const JsonStyle& style)
      : tree_(tree), style_(style), strings_(style.strings) {}

  std::optional<std::string> write(const Node& value) {
    out_.reserve(value.raw.size() + value.raw.size() / 4);
    if (!append(value, 0)) return std::nullopt;
    if (style_.ends_in_newline) out_ += '\n';
    return std::move(out_);
  }

 private:
  bool append(const Node& value, std::size_t depth) {
    switch (value.kind) {
      case Kind::string:
        return strings_.append(out_, value.raw);
      case Kind::number:
        return append_json_number(out_, value.raw, style_.numbers);
      case Kind::literal:
        out_ += style_.literals[value.raw == "true" ? 0 : value.raw == "false" ? 1 : 2];
        return true;
      case Kind::array:
        return append_items(value, depth);
      case Kind::object:
        return is_php_list(value) ? append_items(value, depth) : append_members(value, depth);
    }
    return false;
  }

  bool is_php_list(const Node& object) const {
    if (!style_.php_arrays) return false;
    std::uint32_t next = 0;
    return std::ranges::all_of(tree_.children(object),
                               [&next](const Node& member) { return array_index(member.key) == next++; });
  }

  bool append_items(const Node& array, std::size_t depth) {
    const auto items = tree_.children(array);
    if (items.empty()) return append_empty('[', ']', depth);
    const bool one_line = style_.layout.arrays_on_one_line;
    out_ += one_line ? "[ " : "[";
    for (std::size_t i = 0; i < items.size(); ++i) {
      if (i > 0) out_ += one_line ? ", " : style_.layout.between;
      if (!one_line) break_line(depth + 1);
      if (!append(items[i], one_line ? depth : depth + 1)) return false;
    }
    if (!one_line) break_line(depth);
    out_ += one_line ? " ]" : "]";
    return true;
  }

  bool append_members(const Node& object, std::size_t depth) {
    const std::vector<const Node*> members = ordered_members(object);
    if (members.empty()) return append_empty('{', '}', depth);
    out_ += '{';
    for (std::size_t i = 0; i < members.size(); ++i) {
      if (i > 0) out_ += style_.layout.between;
      break_line(depth + 1);
      if (!strings_.append(out_, members[i]->raw_key)) return false;
      out_ += style_.layout.after_key;
      if (!append(*members[i], depth + 1)) return false;
    }
    break_line(depth);
    out_ += '}';
    return true;
  }

  std::vector<const Node*> ordered_members(const Node& object) const {
    std::vector<const Node*> members;
    members.reserve(object.child_count);
    for (const Node& member : tree_.children(object)) {
      if (!style_.drops_nulls || member.raw != "null") members.push_back(&member);
    }
    if (style_.order == JsonStyle::Order::sorted) {
      std::ranges::sort(members, {}, [](const Node* member) { return member->key; });
    } else if (style_.order == JsonStyle::Order::javascript) {
      order_as_javascript(members);
    }
    return members;
  }

  bool append_empty(char open, char close, std::size_t depth) {
    out_ += open;
    if (style_.layout.empties == JsonLayout::Empties::spaced) out_ += ' ';
    if (style_.layout.empties == JsonLayout::Empties::ruby_pretty) {
      if (open == '[') out_ += '\n';
      break_line(depth);
    }
    out_ += close;
    return true;
  }

  void break_line(std::size_t depth) {
    if (style_.layout.indent.empty()) return;
    out_ += '\n';
    for (std::size_t i = 0; i < depth; ++i) out_ += style_.layout.indent;
  }

  const JsonTree& tree_;
  const JsonStyle& style_;
  JsonStringWriter strings_;
  std::string out_;
};

}  // namespace

std::optional<std::string> write_json(const JsonTree& tree, const JsonStyle& style) {
  return write_json(tree, tree.root(), style);
}

std::optional<std::string> write_json(const JsonTree& tree, const Node& value, const JsonStyle& style) {
  return Writer(tree, style).write(value);
}

}  // namespace alohook
