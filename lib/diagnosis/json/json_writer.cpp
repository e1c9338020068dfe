#include <algorithm>
#include <charconv>
#include <cstdint>
#include <vector>

#include "base/text.h"
#include "diagnosis/json/json_styles.h"
#include "json/json_string.h"
#include "json/json_text.h"

namespace alohook {
namespace {

using Node = JsonTree::Node;
using Kind = JsonText::Kind;

/// Returns the number of a key that JavaScript treats as an array index; otherwise nullopt.
std::optional<std::uint32_t> array_index(std::string_view key) {
  const bool is_canonical = !key.empty() && (key == "0" || key[0] != '0');
  std::uint32_t index = 0;
  const auto [end, error] = std::from_chars(key.data(), key.data() + key.size(), index);
  if (!is_canonical || error != std::errc() || end != key.data() + key.size() || index == UINT32_MAX)
    return std::nullopt;
  return index;
}

/// Orders UTF-8 by UTF-16 units. Characters from U+10000 on are surrogates there, and sort before U+E000.
bool is_before_in_utf16(std::string_view a, std::string_view b) {
  const auto rank = [](char c) {
    const int byte = static_cast<unsigned char>(c);
    return byte >= 0xF0 ? 2 * 0xED + 1 : 2 * byte;
  };
  const auto [in_a, in_b] = std::ranges::mismatch(a, b);
  if (in_a == a.end() || in_b == b.end()) return in_a == a.end() && in_b != b.end();
  return rank(*in_a) != rank(*in_b) ? rank(*in_a) < rank(*in_b) : *in_a < *in_b;
}

bool is_shorter_or_before(const Node* a, const Node* b) {
  return a->key.size() != b->key.size() ? a->key.size() < b->key.size() : a->key < b->key;
}

/// Moves integer-like keys to the front, in ascending order, as every JavaScript engine does.
void order_as_javascript(std::vector<const Node*>& members) {
  const auto others = std::stable_partition(members.begin(), members.end(), [](const Node* member) {
    return array_index(member->key).has_value();
  });
  std::sort(members.begin(), others,
            [](const Node* a, const Node* b) { return *array_index(a->key) < *array_index(b->key); });
}

class Writer {
 public:
  Writer(const JsonTree& tree, const JsonStyle& style, const JsonChange* change)
      : tree_(tree), style_(style), change_(change), strings_(style.strings) {}

  bool has_changed() const { return has_changed_; }

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
        return append_string(value.raw);
      case Kind::number:
        return append_number(value.raw);
      case Kind::literal:
        if (change_ != nullptr && change_->nulls_to_empty && value.raw == "null") {
          has_changed_ = true;
          return strings_.append(out_, "\"\"");
        }
        out_ += style_.literals[value.raw == "true" ? 0 : value.raw == "false" ? 1 : 2];
        return true;
      case Kind::array:
        return append_items(value, depth);
      case Kind::object:
        return is_php_list(value) ? append_items(value, depth) : append_members(value, depth);
    }
    return false;
  }

  bool append_string(std::string_view raw) {
    if (change_ == nullptr || (change_->string == nullptr && !change_->strings_to_numbers))
      return strings_.append(out_, raw);
    const std::string before = unescape_json_string(raw);
    if (change_->strings_to_numbers) {
      const auto number = JsonText::parse(before);
      const bool is_number =
          number && number->kind(JsonText::root) == Kind::number && before == trimmed(before);
      has_changed_ |= is_number;
      return is_number ? append_json_number(out_, before, style_.numbers) : strings_.append(out_, raw);
    }
    std::string text = before;
    const bool is_kept = change_->string(text);
    has_changed_ |= !is_kept || text != before;
    if (!is_kept) {
      out_ += style_.literals[2];
      return true;
    }
    return text == before ? strings_.append(out_, raw) : strings_.append(out_, quote_json_string(text));
  }

  bool append_number(std::string_view raw) {
    if (change_ == nullptr || !change_->numbers_to_strings)
      return append_json_number(out_, raw, style_.numbers);
    has_changed_ = true;
    std::string number = "\"";
    if (!append_json_number(number, raw, style_.numbers)) return false;
    return strings_.append(out_, number + '"');
  }

  bool append_key(const Node& member) {
    if (change_ == nullptr || change_->key == nullptr) return strings_.append(out_, member.raw_key);
    const std::string key = change_->key(member.key);
    has_changed_ |= key != member.key;
    return key == member.key ? strings_.append(out_, member.raw_key)
                             : strings_.append(out_, quote_json_string(key));
  }

  bool is_dropped(const Node& member) {
    if (style_.drops_nulls && member.raw == "null") return true;
    if (change_ == nullptr || change_->drop == JsonChange::Drop::nothing) return false;
    const std::string_view raw = member.raw;
    bool drops = raw == "null";
    if (change_->drop != JsonChange::Drop::nulls) {
      const bool is_container = member.kind == Kind::array || member.kind == Kind::object;
      drops |= raw == "\"\"" || (is_container && member.child_count == 0);
    }
    if (change_->drop == JsonChange::Drop::zero) drops |= raw == "false" || raw == "0";
    has_changed_ |= drops;
    return drops;
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
      if (!append_key(*members[i])) return false;
      out_ += style_.layout.after_key;
      if (!append(*members[i], depth + 1)) return false;
    }
    break_line(depth);
    out_ += '}';
    return true;
  }

  std::vector<const Node*> ordered_members(const Node& object) {
    std::vector<const Node*> members;
    members.reserve(object.child_count);
    for (const Node& member : tree_.children(object)) {
      if (!is_dropped(member)) members.push_back(&member);
    }
    sort(members);
    return members;
  }

  void sort(std::vector<const Node*>& members) const {
    const auto key = [](const Node* member) { return member->key; };
    switch (style_.order) {
      case JsonStyle::Order::kept:
        return;
      case JsonStyle::Order::sorted:
        std::ranges::sort(members, {}, key);
        return;
      case JsonStyle::Order::sorted_utf16:
        std::ranges::sort(members, is_before_in_utf16, key);
        return;
      case JsonStyle::Order::shortest_first:
        std::ranges::sort(members, is_shorter_or_before);
        return;
      case JsonStyle::Order::javascript_sorted:
        std::ranges::sort(members, is_before_in_utf16, key);
        [[fallthrough]];
      case JsonStyle::Order::javascript:
        order_as_javascript(members);
    }
  }

  bool append_empty(char open, char close, std::size_t depth) {
    out_ += open;
    if (style_.layout.empties == JsonLayout::Empties::spaced) out_ += ' ';
    if (style_.layout.empties == JsonLayout::Empties::broken) break_line(depth);
    if (style_.layout.empties == JsonLayout::Empties::ruby_pretty) {
      if (open == '[') out_ += '\n';
      break_line(depth);
    }
    out_ += close;
    return true;
  }

  void break_line(std::size_t depth) {
    if (style_.layout.indent.empty()) return;
    out_ += style_.layout.newline;
    for (std::size_t i = 0; i < depth; ++i) out_ += style_.layout.indent;
  }

  const JsonTree& tree_;
  const JsonStyle& style_;
  const JsonChange* change_;
  bool has_changed_ = false;
  JsonStringWriter strings_;
  std::string out_;
};

}  // namespace

std::optional<std::string> write_json(const JsonTree& tree, const JsonStyle& style) {
  return write_json(tree, tree.root(), style);
}

std::optional<std::string> write_json(const JsonTree& tree, const Node& value, const JsonStyle& style) {
  return Writer(tree, style, style.rewrites_dates ? &newtonsoft_dates() : nullptr).write(value);
}

std::optional<std::string> write_json(const JsonTree& tree, const JsonStyle& style,
                                      const JsonChange& change) {
  Writer writer(tree, style, &change);
  auto text = writer.write(tree.root());
  return writer.has_changed() ? text : std::nullopt;
}

}  // namespace alohook
