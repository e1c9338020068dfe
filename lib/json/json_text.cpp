#include "json/json_text.h"

#include "base/codec.h"
#include "base/plain_run.h"
#include "base/text.h"
#include "json/json_string.h"

namespace alohook {

/// Parses iteratively, so that deep nesting never overflows the stack.
class JsonTextParser {
 public:
  JsonTextParser(std::string_view text, const JsonText::Limits& limits) : text_(text), limits_(limits) {
    tree_.text_ = text;
  }

  std::optional<JsonText> parse() {
    if (text_.size() >= JsonText::none) return std::nullopt;
    skip_white_space();
    if (!value(at_, at_)) return std::nullopt;
    while (!open_.empty()) {
      if (!next_in_container()) return std::nullopt;
    }
    skip_white_space();
    if (at_ != text_.size()) return std::nullopt;
    return std::move(tree_);
  }

 private:
  /// An object or array that is still open.
  struct Open {
    JsonText::Index value;  // none when it is not recorded
    bool is_object;
    bool is_empty = true;
  };

  bool has(char c) const { return at_ < text_.size() && text_[at_] == c; }

  void skip_white_space() {
    while (at_ < text_.size() &&
           (text_[at_] == ' ' || text_[at_] == '\n' || text_[at_] == '\r' || text_[at_] == '\t')) {
      ++at_;
    }
  }

  /// Steps to the next item or member of the innermost container, or closes it.
  bool next_in_container() {
    skip_white_space();
    const bool is_object = open_.back().is_object;
    if (has(is_object ? '}' : ']')) {
      ++at_;
      close();
      return true;
    }
    if (!open_.back().is_empty) {
      if (!has(',')) return false;
      ++at_;
      skip_white_space();
    }
    open_.back().is_empty = false;
    std::size_t key_begin = at_;
    std::size_t key_end = at_;
    if (is_object) {
      if (!has('"') || !string()) return false;
      key_end = at_;
      skip_white_space();
      if (!has(':')) return false;
      ++at_;
      skip_white_space();
    } else {
      key_begin = key_end;
    }
    return value(key_begin, key_end);
  }

  bool value(std::size_t key_begin, std::size_t key_end) {
    if (at_ >= text_.size() || ++count_ > limits_.values) return false;
    const char first = text_[at_];
    if (first == '{' || first == '[') {
      if (open_.size() >= limits_.depth) return false;
      const auto kind = first == '{' ? JsonText::Kind::object : JsonText::Kind::array;
      const auto index = record(kind, at_, key_begin, key_end);
      open_.push_back({index, first == '{'});
      ++at_;
      return true;
    }
    const std::size_t begin = at_;
    const auto kind = first == '"'                      ? JsonText::Kind::string
                      : first == '-' || is_digit(first) ? JsonText::Kind::number
                                                        : JsonText::Kind::literal;
    const bool ok = kind == JsonText::Kind::string   ? string()
                    : kind == JsonText::Kind::number ? number()
                                                     : literal();
    if (!ok) return false;
    const auto index = record(kind, begin, key_begin, key_end);
    if (index != JsonText::none) tree_.values_[index].end = static_cast<std::uint32_t>(at_);
    return true;
  }

  JsonText::Index record(JsonText::Kind kind, std::size_t begin, std::size_t key_begin, std::size_t key_end) {
    if (open_.size() > limits_.record_depth) return JsonText::none;
    const auto index = static_cast<JsonText::Index>(tree_.values_.size());
    const auto narrow = [](std::size_t offset) { return static_cast<std::uint32_t>(offset); };
    tree_.values_.push_back({narrow(begin), 0, narrow(key_begin), narrow(key_end), index + 1, kind});
    return index;
  }

  void close() {
    const JsonText::Index index = open_.back().value;
    open_.pop_back();
    if (index == JsonText::none) return;
    tree_.values_[index].end = static_cast<std::uint32_t>(at_);
    tree_.values_[index].past = static_cast<JsonText::Index>(tree_.values_.size());
  }

  bool digits() {
    const std::size_t begin = at_;
    while (at_ < text_.size() && is_digit(text_[at_])) ++at_;
    return at_ > begin;
  }

  bool number() {
    if (has('-')) ++at_;
    if (has('0')) {
      ++at_;
    } else if (!digits()) {
      return false;
    }
    if (has('.')) {
      ++at_;
      if (!digits()) return false;
    }
    if (has('e') || has('E')) {
      ++at_;
      if (has('+') || has('-')) ++at_;
      if (!digits()) return false;
    }
    return true;
  }

  bool literal() {
    for (const std::string_view word : {"true", "false", "null"}) {
      if (text_.substr(at_, word.size()) == word) {
        at_ += word.size();
        return true;
      }
    }
    return false;
  }

  bool string() {
    ++at_;
    while ((at_ = end_of_plain_run(text_, at_)) < text_.size()) {
      const auto byte = static_cast<unsigned char>(text_[at_]);
      if (byte == '"') {
        ++at_;
        return true;
      }
      if (byte < 0x20) return false;
      if (byte == '\\') {
        if (!escape()) return false;
      } else if (byte < 0x80) {
        ++at_;
      } else {
        const CodePoint point = code_point_at(text_, at_);
        if (!point.valid) return false;
        at_ += point.length;
      }
    }
    return false;
  }

  bool escape() {
    ++at_;
    if (at_ >= text_.size()) return false;
    const char c = text_[at_++];
    if (c != 'u') return std::string_view("\"\\/bfnrt").find(c) != std::string_view::npos;
    if (text_.size() - at_ < 4 || !hex_decode(text_.substr(at_, 4))) return false;
    at_ += 4;
    return true;
  }

  std::string_view text_;
  const JsonText::Limits& limits_;
  JsonText tree_;
  std::vector<Open> open_;
  std::size_t at_ = 0;
  std::size_t count_ = 0;
};

std::optional<JsonText> JsonText::parse(std::string_view text) { return parse(text, Limits{}); }

std::optional<JsonText> JsonText::parse(std::string_view text, const Limits& limits) {
  return JsonTextParser(text, limits).parse();
}

std::string_view JsonText::raw(Index value) const {
  const Value& v = values_[value];
  return text_.substr(v.begin, v.end - v.begin);
}

std::string_view JsonText::raw_key(Index value) const {
  const Value& v = values_[value];
  return text_.substr(v.key_begin, v.key_end - v.key_begin);
}

bool JsonText::has_children(Index value) const { return values_[value].past > value + 1; }

JsonText::Index JsonText::first_child(Index value) const { return has_children(value) ? value + 1 : none; }

JsonText::Index JsonText::next_sibling(Index value, Index parent) const {
  const Index next = values_[value].past;
  return next < values_[parent].past ? next : none;
}

std::vector<JsonText::Index> JsonText::children(Index value) const {
  std::vector<Index> list;
  for (Index child = first_child(value); child != none; child = next_sibling(child, value))
    list.push_back(child);
  return list;
}

std::optional<JsonText::Index> JsonText::member(Index object, std::string_view key) const {
  if (kind(object) != Kind::object) return std::nullopt;
  std::optional<Index> found;
  for (Index child = first_child(object); child != none; child = next_sibling(child, object)) {
    const std::string_view raw = raw_key(child);
    const std::string_view inner = raw.substr(1, raw.size() - 2);
    const bool has_escape = inner.find('\\') != std::string_view::npos;
    if (has_escape ? unescape_json_string(raw) == key : inner == key) found = child;
  }
  return found;
}

}  // namespace alohook
