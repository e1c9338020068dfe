#include "base/visible.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <utility>

#include "base/codec.h"
#include "base/text.h"

namespace alohook {
namespace {

void append_deceptive(std::string& out, char32_t c) {
  switch (c) {
    case '\n':
      out += "\\n";
      return;
    case '\r':
      out += "\\r";
      return;
    case '\t':
      out += "\\t";
      return;
    default:
      break;
  }
  const auto value = static_cast<unsigned>(c);
  out += value < 0x80 ? fmt::format("\\x{:02x}", value) : fmt::format("\\u{{{:04x}}}", value);
}

bool is_printable_ascii(char c) { return c >= ' ' && c <= '~'; }

constexpr char32_t zero_width_joiner = 0x200D;

/// Variation selectors and skin tones, which change the emoji before them.
bool changes_emoji(char32_t c) { return c == 0xFE0E || c == 0xFE0F || (c >= 0x1F3FB && c <= 0x1F3FF); }

/// Returns whether this is an emoji of those that Unicode's sequences join.
bool is_joinable_emoji(char32_t c) {
  static constexpr char32_t symbols[] = {0x2194, 0x2195, 0x2620, 0x2640, 0x2642, 0x2695, 0x2696, 0x26A7,
                                         0x26D3, 0x26F9, 0x2708, 0x2744, 0x2764, 0x27A1, 0x2B1B};
  const bool is_picture =
      (c >= 0x1F300 && c <= 0x1F6FF) || (c >= 0x1F7E0 && c <= 0x1F7EB) || (c >= 0x1F900 && c <= 0x1FAFF);
  return (is_picture && !changes_emoji(c)) || std::ranges::find(symbols, c) != std::end(symbols);
}

/// Finds joiners between two emoji, which hide nothing: people read one picture.
class EmojiJoins {
 public:
  /// Returns whether the character at `at` is such a joiner. Call it for each character that isn't ASCII.
  bool is_join(const CodePoint& point, std::string_view bytes, std::size_t at) {
    if (point.valid && changes_emoji(point.value)) return false;
    const bool is_after = std::exchange(is_after_emoji_, point.valid && is_joinable_emoji(point.value));
    if (!is_after || !point.valid || point.value != zero_width_joiner) return false;
    const std::size_t next = at + point.length;
    return next < bytes.size() && is_joinable_emoji(code_point_at(bytes, next).value);
  }
  void pass_ascii() { is_after_emoji_ = false; }

 private:
  bool is_after_emoji_ = false;
};

std::string make_visible(std::string_view bytes, bool keep_line_ends) {
  std::string out;
  out.reserve(bytes.size());
  EmojiJoins joins;
  for (std::size_t i = 0; i < bytes.size();) {
    if (is_printable_ascii(bytes[i]) || (keep_line_ends && bytes[i] == '\n')) {
      out.push_back(bytes[i++]);
      joins.pass_ascii();
      continue;
    }
    const CodePoint point = code_point_at(bytes, i);
    const bool is_join = joins.is_join(point, bytes, i);
    if (!point.valid) {
      fmt::format_to(std::back_inserter(out), "\\x{:02x}", static_cast<unsigned>(point.value));
    } else if (is_deceptive(point.value) && !is_join) {
      append_deceptive(out, point.value);
    } else {
      out.append(bytes.substr(i, point.length));
    }
    i += point.length;
  }
  return out;
}

}  // namespace

bool is_deceptive(char32_t c) {
  struct Range {
    char32_t first, last;
  };
  // Control and format characters of Unicode (categories Cc, Cf, Zl, Zp), other invisible ones, and the two that XML and
  // YAML exclude.
  static constexpr Range ranges[] = {
      {0x00, 0x1F},       {0x7F, 0x9F},       {0xAD, 0xAD},       {0x34F, 0x34F},     {0x600, 0x605},
      {0x61C, 0x61C},     {0x6DD, 0x6DD},     {0x70F, 0x70F},     {0x890, 0x891},     {0x8E2, 0x8E2},
      {0x115F, 0x1160},   {0x17B4, 0x17B5},   {0x180B, 0x180F},   {0x200B, 0x200F},   {0x2028, 0x202E},
      {0x2060, 0x206F},   {0x3164, 0x3164},   {0xFEFF, 0xFEFF},   {0xFFA0, 0xFFA0},   {0xFFF0, 0xFFFB},
      {0x110BD, 0x110BD}, {0x110CD, 0x110CD}, {0x13430, 0x1343F}, {0x1BCA0, 0x1BCA3}, {0x1D173, 0x1D17A},
      {0xFFFE, 0xFFFF},   {0xE0000, 0xE0FFF},
  };
  return std::any_of(std::begin(ranges), std::end(ranges),
                     [c](const Range& range) { return c >= range.first && c <= range.last; });
}

std::string visible(std::string_view bytes) { return make_visible(bytes, false); }

std::string visible_lines(std::string_view bytes) { return make_visible(bytes, true); }

std::string shortened(std::string_view text, std::size_t max) {
  return text.size() <= max ? std::string(text) : std::string(utf8_prefix(text, max)) + "…";
}

bool is_plain(std::string_view bytes) { return make_visible(bytes, false) == bytes; }

std::string hex_dump(std::string_view bytes, std::size_t max_lines) {
  constexpr std::size_t width = 16;
  std::string out;
  std::size_t lines = 0;
  for (std::size_t start = 0; start < bytes.size(); start += width) {
    if (lines++ == max_lines) {
      fmt::format_to(std::back_inserter(out), "… {} more bytes\n", bytes.size() - start);
      break;
    }
    const std::string_view row = bytes.substr(start, width);
    fmt::format_to(std::back_inserter(out), "{:06x} ", start);
    for (std::size_t i = 0; i < width; ++i) {
      if (i == width / 2) out += ' ';
      if (i < row.size()) {
        fmt::format_to(std::back_inserter(out), " {:02x}", static_cast<unsigned char>(row[i]));
      } else {
        out += "   ";
      }
    }
    out += "  |";
    for (const char c : row) out += is_printable_ascii(c) ? c : '.';
    out += "|\n";
  }
  return out;
}

}  // namespace alohook
