#include "diagnosis/json/json_changes.h"

#include <vector>

#include "base/codec.h"
#include "base/text.h"

namespace alohook {
namespace {

bool is_unicode_space(char32_t c) {
  return c == 0xA0 || c == 0x1680 || (c >= 0x2000 && c <= 0x200A) || c == 0x200B || c == 0x200E ||
         c == 0x2028 || c == 0x2029 || c == 0x202F || c == 0x205F || c == 0x3000 || c == 0xFEFF;
}

/// Trims like Laravel's TrimStrings and JavaScript, including Unicode's spaces.
bool trim(std::string& text) {
  std::size_t begin = 0;
  while (begin < text.size()) {
    const CodePoint c = code_point_at(text, begin);
    const bool is_space = c.value < 0x80 ? whitespace.find(text[begin]) != std::string_view::npos
                                         : c.valid && is_unicode_space(c.value);
    if (!is_space) break;
    begin += c.length;
  }
  std::size_t end = begin;
  for (std::size_t at = begin; at < text.size();) {
    const CodePoint c = code_point_at(text, at);
    const bool is_space = c.value < 0x80 ? whitespace.find(text[at]) != std::string_view::npos
                                         : c.valid && is_unicode_space(c.value);
    at += c.length;
    if (!is_space) end = at;
  }
  text = text.substr(begin, end - begin);
  return true;
}

bool trim_ascii(std::string& text) {
  text = std::string(trimmed(text, {" \t\r\n\v\0", 6}));  // the characters of PHP's trim()
  return true;
}

bool empty_to_null(std::string& text) { return !text.empty(); }

bool trim_and_empty_to_null(std::string& text) {
  trim(text);
  return !text.empty();
}

/// Escapes text for HTML. The entities for five characters are given by the arguments.
void escape_html(std::string& text, std::string_view quote, std::string_view apostrophe,
                 bool with_slashes = false) {
  std::string out;
  for (const char c : text) {
    if (c == '&') {
      out += "&amp;";
    } else if (c == '<') {
      out += "&lt;";
    } else if (c == '>') {
      out += "&gt;";
    } else if (c == '"' && !quote.empty()) {
      out += quote;
    } else if (c == '\'' && !apostrophe.empty()) {
      out += apostrophe;
    } else if (with_slashes && (c == '/' || c == '\\' || c == '`')) {
      out += c == '/' ? "&#x2F;" : c == '\\' ? "&#x5C;" : "&#96;";
    } else {
      out += c;
    }
  }
  text = std::move(out);
}

bool escape_php(std::string& text) { return escape_html(text, "&quot;", "&#039;"), true; }
bool escape_python(std::string& text) { return escape_html(text, "&quot;", "&#x27;"), true; }
bool escape_javascript(std::string& text) { return escape_html(text, "&quot;", "&#39;"), true; }
bool escape_validator(std::string& text) { return escape_html(text, "&quot;", "&#x27;", true), true; }
bool escape_go(std::string& text) { return escape_html(text, "&#34;", "&#39;"), true; }
bool escape_markup(std::string& text) { return escape_html(text, "", ""), true; }
bool escape_less_and_greater(std::string& text) {
  text = replaced(replaced(text, "<", "&lt;"), ">", "&gt;");
  return true;
}

/// Removes everything from `<` to `>`, like PHP's strip_tags and similar functions.
bool strip_tags(std::string& text) {
  std::string out;
  bool is_in_tag = false;
  for (const char c : text) {
    if (c == '<') is_in_tag = true;
    if (!is_in_tag) out += c;
    if (c == '>') is_in_tag = false;
  }
  text = std::move(out);
  return true;
}

bool collapse_spaces(std::string& text) {
  std::string out;
  for (const char c : text) {
    const bool is_space = whitespace.find(c) != std::string_view::npos;
    if (!is_space) out += c;
    if (is_space && !out.ends_with(' ')) out += ' ';
  }
  text = std::move(out);
  return true;
}

bool remove_controls(std::string& text) {
  std::erase_if(text, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; });
  return true;
}

bool lf_to_crlf(std::string& text) {
  text = replaced(replaced(text, "\r\n", "\n"), "\n", "\r\n");
  return true;
}

bool crlf_to_lf(std::string& text) {
  text = replaced(text, "\r\n", "\n");
  return true;
}

bool add_slashes(std::string& text) {
  std::string out;
  for (const char c : text) {
    if (c == '\'' || c == '"' || c == '\\') out += '\\';
    out += c;
  }
  text = std::move(out);
  return true;
}

/// The parts of `2026-11-26T12:00:00`, with a fraction and an offset or Z; empty if the text isn't such a date.
struct Date {
  std::string_view seconds, fraction, zone;
};

Date read_date(std::string_view text) {
  constexpr std::string_view picture = "9999-99-99T99:99:99";
  if (text.size() < picture.size()) return {};
  for (std::size_t i = 0; i < picture.size(); ++i) {
    if (picture[i] == '9' ? !is_digit(text[i]) : text[i] != picture[i]) return {};
  }
  Date date{text.substr(0, picture.size()), {}, text.substr(picture.size())};
  if (date.zone.starts_with('.')) {
    std::size_t end = 1;
    while (end < date.zone.size() && is_digit(date.zone[end])) ++end;
    date.fraction = date.zone.substr(1, end - 1);
    date.zone.remove_prefix(end);
  }
  const bool is_zone =
      date.zone.empty() || date.zone == "Z" || (date.zone.size() == 6 && date.zone[3] == ':');
  return is_zone ? date : Date{};
}

std::string without_zeros(std::string_view fraction) {
  return std::string(fraction.substr(0, fraction.find_last_not_of('0') + 1));
}

bool write_newtonsoft_date(std::string& text) {
  const Date date = read_date(text);
  if (date.seconds.empty()) return true;
  const std::string fraction = without_zeros(date.fraction.substr(0, 7));
  text = std::string(date.seconds) + (fraction.empty() ? "" : "." + fraction) + std::string(date.zone);
  return true;
}

bool write_javascript_date(std::string& text) {
  const Date date = read_date(text);
  if (date.seconds.empty() || date.zone != "Z") return true;
  std::string fraction(date.fraction.substr(0, 3));
  fraction.resize(3, '0');
  text = std::string(date.seconds) + "." + fraction + "Z";
  return true;
}

bool write_python_date(std::string& text) {
  const Date date = read_date(text);
  if (date.seconds.empty()) return true;
  std::string fraction(date.fraction.substr(0, 6));
  if (!without_zeros(fraction).empty()) fraction.resize(6, '0');
  if (without_zeros(fraction).empty()) fraction.clear();
  text = std::string(date.seconds) + (fraction.empty() ? "" : "." + fraction) +
         (date.zone == "Z" ? "+00:00" : std::string(date.zone));
  return true;
}

bool write_java_instant(std::string& text) {
  const Date date = read_date(text);
  if (date.seconds.empty() || date.zone != "Z") return true;
  std::string fraction = without_zeros(date.fraction.substr(0, 9));
  while (fraction.size() % 3 != 0) fraction += '0';
  text = std::string(date.seconds) + (fraction.empty() ? "" : "." + fraction) + "Z";
  return true;
}

/// Returns the words of a key: actionId, action_id, ActionID and action-id each consist of two.
std::vector<std::string> words_of(std::string_view key) {
  std::vector<std::string> words(1);
  for (std::size_t i = 0; i < key.size(); ++i) {
    const char c = key[i];
    if (c == '_' || c == '-' || c == ' ') {
      if (!words.back().empty()) words.emplace_back();
      continue;
    }
    const bool starts_word =
        is_upper(c) && i > 0 &&
        (!is_upper(key[i - 1]) || (i + 1 < key.size() && !is_upper(key[i + 1]) && is_letter(key[i + 1])));
    if (starts_word && !words.back().empty()) words.emplace_back();
    words.back() += lower_case(c);
  }
  return words;
}

std::string joined(std::string_view key, std::string_view between, bool capitals, bool first_capital) {
  std::string out;
  for (std::string& word : words_of(key)) {
    if (!out.empty()) out += between;
    if (!word.empty() && (out.empty() ? first_capital : capitals)) word[0] = upper_case(word[0]);
    out += word;
  }
  return out;
}

std::string first_upper(std::string_view key) {
  std::string out(key);
  if (!out.empty()) out[0] = upper_case(out[0]);
  return out;
}
std::string first_lower(std::string_view key) {
  std::string out(key);
  if (!out.empty()) out[0] = lower_case(out[0]);
  return out;
}
std::string pascal_case(std::string_view key) { return joined(key, "", true, true); }
std::string camel_case(std::string_view key) { return joined(key, "", true, false); }
std::string snake_case(std::string_view key) { return joined(key, "_", false, false); }
std::string kebab_case(std::string_view key) { return joined(key, "-", false, false); }
std::string small_key(std::string_view key) { return lower_case(key); }
std::string dotless_key(std::string_view key) { return replaced(replaced(key, ".", "_"), "$", "_"); }

using Drop = JsonChange::Drop;

constexpr JsonChange dates_of_newtonsoft{.title = "with its dates rewritten",
                                         .string = write_newtonsoft_date};

constexpr JsonChange changes[] = {
    {.title = "with its strings trimmed and empty ones made null (Laravel's TrimStrings and "
              "ConvertEmptyStringsToNull)",
     .string = trim_and_empty_to_null},
    {.title = "with its strings trimmed (Laravel's TrimStrings)", .string = trim},
    {.title = "with its empty strings made null (Laravel's ConvertEmptyStringsToNull)",
     .string = empty_to_null},
    {.title = "with its strings trimmed as PHP's trim() does", .string = trim_ascii},
    {.title = "with null members left out", .drop = Drop::nulls},
    {.title = "with its keys in PascalCase (a .NET class)", .key = first_upper},
    {.title = "with its keys in PascalCase", .key = pascal_case},
    {.title = "with its keys in camelCase", .key = camel_case},
    {.title = "with its keys in snake_case", .key = snake_case},
    {.title = "with its keys starting in lower case", .key = first_lower},
    {.title = "with its keys in kebab-case", .key = kebab_case},
    {.title = "with its keys in lower case", .key = small_key},
    {.title = "with $ and . in its keys replaced", .key = dotless_key},
    {.title = "with empty members left out", .drop = Drop::empty},
    {.title = "with zero, false and empty members left out (Go's omitempty)", .drop = Drop::zero},
    {.title = "with null made an empty string", .nulls_to_empty = true},
    {.title = "with its strings HTML-escaped as PHP's htmlspecialchars does", .string = escape_php},
    {.title = "with its strings HTML-escaped as Python's html.escape does", .string = escape_python},
    {.title = "with its strings HTML-escaped as JavaScript's escape-html does", .string = escape_javascript},
    {.title = "with its strings HTML-escaped as validator.js does", .string = escape_validator},
    {.title = "with its strings HTML-escaped as Go does", .string = escape_go},
    {.title = "with &, < and > in its strings HTML-escaped", .string = escape_markup},
    {.title = "with < and > in its strings HTML-escaped", .string = escape_less_and_greater},
    {.title = "with HTML tags stripped", .string = strip_tags},
    {.title = "with its dates as Json.NET writes them", .string = write_newtonsoft_date},
    {.title = "with its dates as JavaScript's toISOString writes them", .string = write_javascript_date},
    {.title = "with its dates as Python's isoformat writes them", .string = write_python_date},
    {.title = "with its dates as Java's Instant writes them", .string = write_java_instant},
    {.title = "with its numbers made strings", .numbers_to_strings = true},
    {.title = "with numeric strings made numbers", .strings_to_numbers = true},
    {.title = "with runs of spaces in its strings collapsed", .string = collapse_spaces},
    {.title = "with control characters removed", .string = remove_controls},
    {.title = "with CR LF in its strings instead of LF", .string = lf_to_crlf},
    {.title = "with LF in its strings instead of CR LF", .string = crlf_to_lf},
    {.title = "with quotes in its strings escaped by addslashes", .string = add_slashes},
};

}  // namespace

std::span<const JsonChange> json_changes() { return changes; }

const JsonChange& newtonsoft_dates() { return dates_of_newtonsoft; }

}  // namespace alohook
