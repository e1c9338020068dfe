#include "output/body_view.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "base/codec.h"
#include "base/text.h"
#include "base/visible.h"
#include "json/json_text.h"

namespace alohook {
namespace {

constexpr std::size_t max_shown_value = 4096;  // bytes of one string, so that one line can't fill a terminal

/// Collects indented lines up to a limit.
class Lines {
 public:
  Lines(std::string_view indent, std::size_t limit)
      : indent_(indent), limit_(limit == 0 ? std::numeric_limits<std::size_t>::max() : limit) {}

  bool is_full() const { return count_ >= limit_; }
  /// Whether a line found no room.
  bool is_cut() const { return is_cut_; }
  void add(std::string_view line) {
    is_cut_ = is_cut_ || is_full();
    if (is_cut_) return;
    ++count_;
    out_.append(indent_).append(line).append("\n");
  }
  void note(std::string_view line) { out_.append(indent_).append(line).append("\n"); }
  std::string take() { return std::move(out_); }

 private:
  std::string_view indent_;
  std::size_t limit_;
  std::size_t count_ = 0;
  bool is_cut_ = false;
  std::string out_;
};

std::string cut(std::string_view text) {
  if (text.size() <= max_shown_value) return visible(text);
  const std::string_view start = utf8_prefix(text, max_shown_value);
  return fmt::format("{}… ({} more bytes)", visible(start), text.size() - start.size());
}

class JsonView {
 public:
  JsonView(const JsonText& json, Lines& lines, const Palette& paint)
      : json_(json), lines_(lines), paint_(paint) {}

  /// Adds the value's lines; `lead` is what stands before it on its first line, `trail` a comma or nothing.
  void add(JsonText::Index value, const std::string& margin, const std::string& lead,
           std::string_view trail) {
    const bool is_object = json_.kind(value) == JsonText::Kind::object;
    const bool is_container = is_object || json_.kind(value) == JsonText::Kind::array;
    if (!is_container || !json_.has_children(value)) {
      lines_.add(fmt::format("{}{}{}{}", margin, lead, scalar(value), trail));
      return;
    }
    lines_.add(fmt::format("{}{}{}", margin, lead, is_object ? "{" : "["));
    for (auto child = json_.first_child(value); child != JsonText::none && !lines_.is_full();) {
      const auto next = json_.next_sibling(child, value);
      const std::string key = is_object ? paint_(Style::key, cut(json_.raw_key(child))) + ": " : "";
      add(child, margin + "  ", key, next == JsonText::none ? "" : ",");
      child = next;
    }
    lines_.add(fmt::format("{}{}{}", margin, is_object ? "}" : "]", trail));
  }

 private:
  std::string scalar(JsonText::Index value) const {
    switch (json_.kind(value)) {
      case JsonText::Kind::object:
        return "{}";
      case JsonText::Kind::array:
        return "[]";
      case JsonText::Kind::string:
        return paint_(Style::string, cut(json_.raw(value)));
      case JsonText::Kind::number:
        return paint_(Style::number, cut(json_.raw(value)));
      case JsonText::Kind::literal:
        return paint_(Style::literal, json_.raw(value));
    }
    return {};
  }

  const JsonText& json_;
  Lines& lines_;
  const Palette& paint_;
};

/// Whether most people would call this text: UTF-8 without control bytes other than those that format text
/// (bell to carriage return, and the escape of colours).
bool is_text(std::string_view bytes) {
  const auto is_binary = [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte < '\a' || (byte > '\r' && byte < ' ' && byte != 0x1B) || byte == 0x7F;
  };
  return std::none_of(bytes.begin(), bytes.end(), is_binary) && is_utf8(bytes);
}

void add_lines(std::string_view text, Lines& lines) {
  while (!text.empty() && !lines.is_cut()) {
    const auto end = text.find('\n');
    lines.add(cut(text.substr(0, end)));
    text = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
  }
}

}  // namespace

std::string show_body(std::string_view body, const BodyView& view, const Palette& paint) {
  Lines lines(view.indent, view.max_lines);
  if (body.empty()) {
    lines.add(paint(Style::dim, "(empty body)"));
    return lines.take();
  }
  const auto json = view.as_received ? std::nullopt : JsonText::parse(body);
  if (json) {
    JsonView(*json, lines, paint).add(JsonText::root, "", "", "");
  } else if (is_text(body)) {
    add_lines(body, lines);
  } else {
    add_lines(hex_dump(body, view.max_lines == 0 ? body.size() : view.max_lines + 1), lines);
  }
  if (lines.is_cut()) {
    lines.note(
        paint(Style::dim, fmt::format("… cut here; {} bytes in all, --max-lines 0 shows them", body.size())));
  }
  return lines.take();
}

}  // namespace alohook
