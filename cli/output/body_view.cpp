#include "output/body_view.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "base/codec.h"
#include "base/columns.h"
#include "base/text.h"
#include "base/visible.h"
#include "json/json_text.h"

namespace alohook {
namespace {

/// A piece of a line, in plain text, and what it means.
struct Piece {
  Style style;
  std::string text;
};

/// Collects indented lines up to a limit, each cut to the width.
class Lines {
 public:
  Lines(const BodyView& view, const Palette& paint, std::size_t limit)
      : view_(view), paint_(paint), limit_(limit) {}

  bool is_full() const { return count_ >= limit_; }
  /// How far the first line that found no room would have been indented.
  const std::optional<std::string>& cut_margin() const { return cut_margin_; }

  void add(const std::string& margin, std::initializer_list<Piece> pieces) {
    if (is_full()) {
      if (!cut_margin_) cut_margin_ = margin;
      return;
    }
    ++count_;
    append(margin, pieces);
  }
  /// Adds a line though there may be no room.
  void append(const std::string& margin, std::initializer_list<Piece> pieces) {
    out_.append(view_.indent).append(margin);
    std::size_t room = std::numeric_limits<std::size_t>::max();
    if (view_.width > 0) {
      const std::size_t used = view_.indent.size() + margin.size();
      std::size_t columns = 0;
      for (const Piece& piece : pieces) columns += columns_of(piece.text);
      const std::size_t width = std::max<std::size_t>(view_.width, used + 8) - used;
      if (columns > width) room = width - 1;
    }
    for (const Piece& piece : pieces) {
      const std::size_t columns = columns_of(piece.text);
      if (columns <= room) {
        out_ += paint_(piece.style, piece.text);
        room -= columns;
      } else {
        out_ += paint_(piece.style, cut_to(piece.text, room + 1));
        break;
      }
    }
    out_ += '\n';
  }
  std::string take() { return std::move(out_); }

 private:
  const BodyView& view_;
  const Palette& paint_;
  std::size_t limit_;
  std::size_t count_ = 0;
  std::optional<std::string> cut_margin_;
  std::string out_;
};

std::string cut_value(std::string_view text, std::size_t max) {
  if (max == 0 || text.size() <= max) return visible(text);
  const std::string_view start = utf8_prefix(text, max);
  return fmt::format("{}… ({} more bytes)", visible(start), text.size() - start.size());
}

class JsonView {
 public:
  JsonView(const JsonText& json, Lines& lines, std::size_t max_value)
      : json_(json), lines_(lines), max_value_(max_value) {}

  /// Adds the value's lines; `key` stands before it on its first line, `trail` is a comma or nothing.
  void add(JsonText::Index value, const std::string& margin, const std::string& key, std::string_view trail) {
    const std::string colon = key.empty() ? "" : ": ";
    if (!is_open(value)) {
      const Piece scalar = scalar_of(value);
      lines_.add(margin,
                 {{Style::key, key}, {Style::plain, colon}, scalar, {Style::plain, std::string(trail)}});
      return;
    }
    const bool is_object = json_.kind(value) == JsonText::Kind::object;
    lines_.add(margin, {{Style::key, key}, {Style::plain, colon + (is_object ? "{" : "[")}});
    for (auto child = json_.first_child(value); child != JsonText::none && !lines_.cut_margin();) {
      const auto next = json_.next_sibling(child, value);
      add(child, margin + "  ", is_object ? cut_value(json_.raw_key(child), max_value_) : "",
          next == JsonText::none ? "" : ",");
      child = next;
    }
    lines_.add(margin, {{Style::plain, (is_object ? "}" : "]") + std::string(trail)}});
  }

  /// Returns how many lines the value takes.
  std::size_t count(JsonText::Index value) const {
    if (!is_open(value)) return 1;
    std::size_t lines = 2;
    for (auto child = json_.first_child(value); child != JsonText::none;
         child = json_.next_sibling(child, value))
      lines += count(child);
    return lines;
  }

 private:
  /// Whether the value has its members on lines of their own.
  bool is_open(JsonText::Index value) const {
    const auto kind = json_.kind(value);
    return (kind == JsonText::Kind::object || kind == JsonText::Kind::array) && json_.has_children(value);
  }

  Piece scalar_of(JsonText::Index value) const {
    switch (json_.kind(value)) {
      case JsonText::Kind::object:
        return {Style::plain, "{}"};
      case JsonText::Kind::array:
        return {Style::plain, "[]"};
      case JsonText::Kind::string:
        return {Style::string, cut_value(json_.raw(value), max_value_)};
      case JsonText::Kind::number:
        return {Style::number, cut_value(json_.raw(value), max_value_)};
      case JsonText::Kind::literal:
        return {Style::literal, std::string(json_.raw(value))};
    }
    return {Style::plain, ""};
  }

  const JsonText& json_;
  Lines& lines_;
  std::size_t max_value_;
};

/// Whether most people would call this text: UTF-8 without control bytes other than those that format text
/// (bell to carriage return, and the escape of colors).
bool is_text(std::string_view bytes) {
  const auto is_binary = [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte < '\a' || (byte > '\r' && byte < ' ' && byte != 0x1B) || byte == 0x7F;
  };
  return std::none_of(bytes.begin(), bytes.end(), is_binary) && is_utf8(bytes);
}

void add_lines(std::string_view text, Lines& lines, std::size_t max_value) {
  while (!text.empty() && !lines.is_full()) {
    const auto end = text.find('\n');
    lines.add("", {{Style::plain, cut_value(text.substr(0, end), max_value)}});
    text = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
  }
}

/// How many lines of `total` are shown when the last one is needed to say what was left out.
struct Plan {
  std::size_t limit;
  bool is_cut;
};
Plan plan_for(std::size_t total, const BodyView& view, std::size_t lines_at_the_end) {
  if (view.max_lines == 0 || total <= view.max_lines) return {std::numeric_limits<std::size_t>::max(), false};
  return {std::max(view.max_lines, lines_at_the_end + 1) - lines_at_the_end, true};
}

std::string more_lines(std::size_t count, const BodyView& view) {
  return fmt::format("… {} more line{}: {}", count, count == 1 ? "" : "s", view.remedy);
}

std::string show_json(const JsonText& json, const BodyView& view, const Palette& paint) {
  // Two lines end what is cut: an ellipsis, and the closing bracket with what was left out.
  std::size_t total = 0;
  if (view.max_lines > 0) {
    Lines none(view, paint, 0);
    total = JsonView(json, none, 0).count(JsonText::root);
  }
  const Plan plan = plan_for(total, view, 2);
  Lines lines(view, paint, plan.limit);
  JsonView(json, lines, view.max_value).add(JsonText::root, "", "", "");
  if (plan.is_cut) {
    lines.append(lines.cut_margin().value_or(""), {{Style::dim, "…"}});
    const bool is_object = json.kind(JsonText::root) == JsonText::Kind::object;
    lines.append("", {{Style::plain, is_object ? "}   " : "]   "},
                      {Style::dim, more_lines(total - plan.limit - 1, view)}});
  }
  return lines.take();
}

std::string show_lines(std::string_view text, std::size_t total, const BodyView& view, const Palette& paint) {
  const Plan plan = plan_for(total, view, 1);
  Lines lines(view, paint, plan.limit);
  add_lines(text, lines, view.max_value);
  if (plan.is_cut) lines.append("", {{Style::dim, more_lines(total - plan.limit, view)}});
  return lines.take();
}

std::size_t lines_in(std::string_view text) {
  const auto ends = static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
  return ends + (text.ends_with('\n') ? 0 : 1);
}

}  // namespace

std::string show_body(std::string_view body, const BodyView& view, const Palette& paint) {
  if (body.empty()) return fmt::format("{}{}\n", view.indent, paint(Style::dim, "(empty body)"));
  const auto json = view.as_received ? std::nullopt : JsonText::parse(body);
  if (json) return show_json(*json, view, paint);
  if (is_text(body)) return show_lines(body, lines_in(body), view, paint);
  constexpr std::size_t bytes_per_line = 16;
  const std::size_t total = (body.size() + bytes_per_line - 1) / bytes_per_line;
  const std::size_t shown = view.max_lines == 0 ? total : std::min(total, view.max_lines);
  return show_lines(hex_dump(body.substr(0, shown * bytes_per_line), shown), total, view, paint);
}

}  // namespace alohook
