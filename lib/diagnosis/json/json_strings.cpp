#include "diagnosis/json/json_strings.h"

#include <fmt/format.h>

#include <iterator>

#include "base/codec.h"

namespace alohook {
namespace {

char32_t hex_unit(std::string_view digits) {
  char32_t value = 0;
  for (const char c : digits)
    value = value * 16 + static_cast<char32_t>(c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10);
  return value;
}

/// Appends `\u00e9`, or a surrogate pair.
void append_units(std::string& out, char32_t c, bool upper) {
  const auto unit = [&](char32_t value) {
    const auto number = static_cast<unsigned>(value);
    out += upper ? fmt::format("\\u{:04X}", number) : fmt::format("\\u{:04x}", number);
  };
  if (c < 0x10000) return unit(c);
  unit(high_surrogate(c));
  unit(low_surrogate(c));
}

/// Returns the letter of a two-character escape such as `\n`, or 0 if there is none.
char short_escape(char32_t c) {
  switch (c) {
    case '\b':
      return 'b';
    case '\f':
      return 'f';
    case '\n':
      return 'n';
    case '\r':
      return 'r';
    case '\t':
      return 't';
    default:
      return 0;
  }
}

bool append_lone_surrogate(std::string& out, char32_t c, const JsonStrings& rule) {
  switch (rule.lone_surrogates) {
    case JsonStrings::LoneSurrogates::escaped:
      append_units(out, c, rule.non_ascii == JsonStrings::NonAscii::upper_escapes);
      return true;
    case JsonStrings::LoneSurrogates::replaced:
      append_utf8(out, 0xFFFD);
      return true;
    case JsonStrings::LoneSurrogates::question_mark:
      out += '?';
      return true;
    case JsonStrings::LoneSurrogates::impossible:
      break;
  }
  return false;
}

/// Returns whether .NET escapes a character even with UnsafeRelaxedJsonEscaping: supplementary, space, private use …
bool is_blocked_in_dotnet(char32_t c) {
  return c >= 0x10000 || (c >= 0x7F && c <= 0xA0) || c == 0x1680 || (c >= 0x2000 && c <= 0x200A) ||
         c == 0x2028 || c == 0x2029 || c == 0x202F || c == 0x205F || c == 0x3000 ||
         (c >= 0xE000 && c <= 0xF8FF);
}

bool is_escaped(char32_t c, JsonStrings::NonAscii rule) {
  if (rule == JsonStrings::NonAscii::dotnet) return is_blocked_in_dotnet(c);
  return c >= 0x80 && rule != JsonStrings::NonAscii::raw;
}

bool append_json_character(std::string& out, char32_t c, const JsonStrings& rule) {
  if (is_high_surrogate(c) || is_low_surrogate(c)) return append_lone_surrogate(out, c, rule);
  if (c == 0 && rule.rejects_nul) return false;
  const char letter = short_escape(c);
  const bool is_separator = c == 0x2028 || c == 0x2029;
  if (c == '"' && rule.escapes_quote) {
    append_units(out, c, false);
  } else if (c == '"' || c == '\\' || (c == '/' && rule.escapes_slash)) {
    out += '\\';
    out += static_cast<char>(c);
  } else if (letter != 0 && (rule.short_b_and_f || (letter != 'b' && letter != 'f'))) {
    out += '\\';
    out += letter;
  } else if (c < 0x20) {
    append_units(out, c, rule.upper_controls);
  } else if ((c == 0x7F && rule.escapes_delete) || (is_separator && rule.escapes_line_separators) ||
             (c == 0x85 && rule.escapes_next_line) ||
             (c < 0x80 && rule.unsafe.find(static_cast<char>(c)) != std::string_view::npos)) {
    append_units(out, c, rule.upper_unsafe);
  } else if (is_escaped(c, rule.non_ascii)) {
    append_units(out, c, rule.non_ascii != JsonStrings::NonAscii::lower_escapes);
  } else {
    append_utf8(out, c);
  }
  return true;
}

struct Range {
  char32_t first, last;
};

// Unicode's format, private-use, separator and surrogate characters outside ASCII; unassigned ones are omitted.
constexpr Range unprintable_in_python[] = {
    {0x7F, 0xA0},     {0xAD, 0xAD},       {0x600, 0x605},   {0x61C, 0x61C},   {0x6DD, 0x6DD},
    {0x70F, 0x70F},   {0x1680, 0x1680},   {0x180E, 0x180E}, {0x2000, 0x200F}, {0x2028, 0x202F},
    {0x205F, 0x206F}, {0x3000, 0x3000},   {0xD800, 0xF8FF}, {0xFEFF, 0xFEFF}, {0xFFF0, 0xFFFB},
    {0xFFFE, 0xFFFF}, {0xE0000, 0x10FFFF}};

bool is_unprintable_in_python(char32_t c) {
  if (c < 0x20) return true;
  for (const Range& range : unprintable_in_python) {
    if (c >= range.first && c <= range.last) return true;
  }
  return false;
}

void append_python_character(std::string& out, char32_t c, char quote) {
  const auto number = static_cast<unsigned>(c);
  const char letter = c == '\b' || c == '\f' ? '\0' : short_escape(c);
  if (c == '\\' || c == static_cast<char32_t>(quote) || letter != 0) {
    out += '\\';
    out += letter != 0 ? letter : static_cast<char>(c);
  } else if (!is_unprintable_in_python(c)) {
    append_utf8(out, c);
  } else if (c < 0x100) {
    fmt::format_to(std::back_inserter(out), "\\x{:02x}", number);
  } else if (c < 0x10000) {
    fmt::format_to(std::back_inserter(out), "\\u{:04x}", number);
  } else {
    fmt::format_to(std::back_inserter(out), "\\U{:08x}", number);
  }
}

void append_ruby_character(std::string& out, char32_t c, char32_t next) {
  const bool interpolates = c == '#' && (next == '{' || next == '$' || next == '@');
  const bool is_control = c < 0x20 || (c >= 0x7F && c < 0xA0 && c != 0x85) || c == 0x2028 || c == 0x2029;
  char letter = short_escape(c);
  if (c == '\a') letter = 'a';
  if (c == '\v') letter = 'v';
  if (c == 0x1B) letter = 'e';
  if (c == '"' || c == '\\' || interpolates || letter != 0) {
    out += '\\';
    out += letter != 0 ? letter : static_cast<char>(c);
  } else if (is_control || is_high_surrogate(c) || is_low_surrogate(c)) {
    append_units(out, c, true);
  } else {
    append_utf8(out, c);
  }
}

/// Returns the quote that Python uses: a single quote, unless only that would have to be escaped.
char python_quote(std::string_view inside) {
  bool has_single = false, has_double = false;
  for (std::size_t at = 0; at < inside.size();) {
    const char32_t c = next_json_character(inside, at);
    has_single |= c == '\'';
    has_double |= c == '"';
  }
  return has_single && !has_double ? '"' : '\'';
}

/// Appends the string as written, except that unsafe characters are escaped, as json.Marshal does for a RawMessage.
void append_as_written(std::string& out, std::string_view raw, const JsonStrings& rule) {
  for (std::size_t at = 0; at < raw.size();) {
    const CodePoint c = code_point_at(raw, at);
    const bool is_unsafe =
        c.value < 0x80 && rule.unsafe.find(static_cast<char>(c.value)) != std::string_view::npos;
    if (is_unsafe || (rule.escapes_line_separators && (c.value == 0x2028 || c.value == 0x2029))) {
      append_units(out, c.value, false);
    } else {
      out.append(raw, at, c.length);
    }
    at += c.length;
  }
}

}  // namespace

char32_t next_json_character(std::string_view raw, std::size_t& at) {
  if (raw[at] != '\\') {
    const CodePoint c = code_point_at(raw, at);
    at += c.length;
    return c.value;
  }
  const char letter = raw[at + 1];
  at += 2;
  switch (letter) {
    case 'b':
      return '\b';
    case 'f':
      return '\f';
    case 'n':
      return '\n';
    case 'r':
      return '\r';
    case 't':
      return '\t';
    case 'u':
      break;
    default:
      return static_cast<unsigned char>(letter);
  }
  const char32_t unit = hex_unit(raw.substr(at, 4));
  at += 4;
  if (!is_high_surrogate(unit) || raw.substr(at, 2) != "\\u") return unit;
  const char32_t low = hex_unit(raw.substr(at + 2, 4));
  if (!is_low_surrogate(low)) return unit;
  at += 6;
  return join_surrogates(unit, low);
}

JsonStringWriter::JsonStringWriter(const JsonStrings& rule) : rule_(rule) {
  for (unsigned c = 0x20; c < 0x80; ++c)
    plain_[c] = rule.unsafe.find(static_cast<char>(c)) == std::string_view::npos;
  plain_['"'] = plain_['\\'] = false;
  if (rule.escapes_slash) plain_['/'] = false;
  if (rule.escapes_delete) plain_[0x7F] = false;
}

bool JsonStringWriter::append(std::string& out, std::string_view raw) const {
  if (rule_.dialect == JsonStrings::Dialect::as_written) {
    if (rule_.unsafe.empty()) {
      out += raw;
    } else {
      append_as_written(out, raw, rule_);
    }
    return true;
  }
  const std::string_view inside = raw.substr(1, raw.size() - 2);
  if (rule_.dialect == JsonStrings::Dialect::bare) {
    for (std::size_t at = 0; at < inside.size();) append_utf8(out, next_json_character(inside, at));
    return true;
  }
  const char quote = rule_.dialect == JsonStrings::Dialect::python ? python_quote(inside) : '"';
  out += quote;
  for (std::size_t at = 0; at < inside.size();) {
    if (rule_.dialect == JsonStrings::Dialect::json) {
      const std::size_t run = at;
      while (at < inside.size() && plain_[static_cast<unsigned char>(inside[at])]) ++at;
      out.append(inside, run, at - run);
      if (at == inside.size()) break;
    }
    const char32_t c = next_json_character(inside, at);
    if (rule_.dialect == JsonStrings::Dialect::python) {
      append_python_character(out, c, quote);
    } else if (rule_.dialect == JsonStrings::Dialect::ruby) {
      std::size_t ahead = at;
      append_ruby_character(out, c, ahead < inside.size() ? next_json_character(inside, ahead) : 0);
    } else if (!append_json_character(out, c, rule_)) {
      return false;
    }
  }
  out += quote;
  return true;
}

}  // namespace alohook
