#include "help/roff.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cstdint>

#include "base/codec.h"

namespace alohook {
namespace {

/// Returns the escape for a character that formatters treat as markup or replace with another one.
std::string_view escape_of(char c) {
  switch (c) {
    case '\\':
      return "\\e";
    case '-':
      return "\\-";
    case '\'':
      return "\\(aq";
    case '`':
      return "\\(ga";
    case '^':
      return "\\(ha";
    case '~':
      return "\\(ti";
    case '"':
      return "\\(dq";
    default:
      return {};
  }
}

std::string in_font(char font, std::string_view text) {
  return fmt::format("\\f{}{}\\fR", font, escaped(text));
}

}  // namespace

std::string escaped(std::string_view text) {
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    if (const auto escape = escape_of(text[at]); !escape.empty()) {
      out += escape;
      ++at;
      continue;
    }
    if (text[at] == '.' && (out.empty() || out.back() == '\n')) out += "\\&";
    const CodePoint c = code_point_at(text, at);
    if (c.value < 0x80) {
      out += static_cast<char>(c.value);
    } else {
      out += fmt::format("\\[u{:04X}]", static_cast<std::uint32_t>(c.value));
    }
    at += c.length;
  }
  return out;
}

std::string bold(std::string_view text) { return in_font('B', text); }
std::string italic(std::string_view text) { return in_font('I', text); }

std::string with_bold_words(std::string_view text) {
  std::string out;
  for (bool is_bold = false; !text.empty(); is_bold = !is_bold) {
    const auto end = text.find('`');
    const std::string_view part = text.substr(0, end);
    if (!part.empty()) out += is_bold ? bold(part) : escaped(part);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  }
  return out;
}

Roff::Roff(std::string_view name, std::string_view section, std::string_view date, std::string_view source) {
  std::string title(name);
  std::transform(title.begin(), title.end(), title.begin(),
                 [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  line(fmt::format(".TH {} {} {} \"{}\" \"alohook\"", escaped(title), section, date, escaped(source)));
  line(".nh");    // don't hyphenate flags and addresses
  line(".ad l");  // don't justify lines
}

void Roff::section(std::string_view title) { line(fmt::format(".SH {}", title)); }
void Roff::subsection(std::string_view title) { line(fmt::format(".SS \"{}\"", escaped(title))); }
void Roff::paragraph() { line(".PP"); }
void Roff::line_break() { line(".br"); }
void Roff::line(std::string_view markup) { page_.append(markup).append("\n"); }
void Roff::text(std::string_view plain) { line(escaped(plain)); }

void Roff::item(std::string_view head_markup, std::string_view body_markup) {
  line(".TP");
  line(head_markup);
  line(body_markup);
}

void Roff::verbatim(const std::vector<std::string>& lines) {
  line(".nf");
  line(".RS 4");
  for (const std::string& one : lines) text(one);
  line(".RE");
  line(".fi");
}

}  // namespace alohook
