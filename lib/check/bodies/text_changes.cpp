#include "check/bodies/text_changes.h"

#include <algorithm>
#include <utility>

#include "base/codec.h"
#include "base/text.h"

namespace alohook {
namespace {

using std::string;
using std::string_view;
using namespace std::string_view_literals;

/// Returns the position of the quote that closes the string opened at `open`, or the body's size if there is none.
std::size_t end_of_string(string_view body, std::size_t open) {
  std::size_t close = open + 1;
  while (close < body.size() && body[close] != '"') close += body[close] == '\\' ? 2 : 1;
  return std::min(close, body.size());
}

enum class Part { keys, values };

string change_strings(const string& body, Part part, const TextChange& change) {
  string out;
  std::size_t at = 0;
  while (at < body.size()) {
    const std::size_t open = body.find('"', at);
    if (open == string::npos) break;
    const std::size_t close = end_of_string(body, open);
    if (close == body.size()) break;
    const std::size_t next = body.find_first_not_of(" \t\r\n", close + 1);
    const bool is_key = next != string::npos && body[next] == ':';
    out.append(body, at, open + 1 - at);
    const string content = body.substr(open + 1, close - open - 1);
    out += is_key == (part == Part::keys) ? change(content) : content;
    out += '"';
    at = close + 1;
  }
  return out.append(body, std::min(at, body.size()));
}

int hex_digit(char c) {
  if (is_digit(c)) return c - '0';
  return lower_case(c) >= 'a' && lower_case(c) <= 'f' ? lower_case(c) - 'a' + 10 : -1;
}

/// Returns the end of the simple value (a string, number, or word) that begins at `begin`.
std::size_t end_of_value(string_view body, std::size_t begin) {
  if (begin < body.size() && body[begin] == '"') return std::min(end_of_string(body, begin) + 1, body.size());
  return std::min(body.find_first_of(",}]", begin), body.size());
}

string drop_members(string body, const std::function<bool(string_view key, string_view value)>& fits) {
  std::size_t at = 0;
  while ((at = body.find('"', at)) != string::npos) {
    const std::size_t close = end_of_string(body, at);
    if (close + 1 >= body.size()) break;
    if (body[close + 1] != ':') {
      at = close + 1;
      continue;
    }
    const std::size_t begin = close + 2;
    std::size_t end = end_of_value(body, begin);
    const bool is_empty_list = body.compare(begin, 2, "[]") == 0 || body.compare(begin, 2, "{}") == 0;
    if (is_empty_list) end = begin + 2;
    if (!fits(string_view(body).substr(at + 1, close - at - 1),
              string_view(body).substr(begin, end - begin))) {
      at = begin;
      continue;
    }
    if (end < body.size() && body[end] == ',') {
      ++end;
    } else if (at > 0 && body[at - 1] == ',') {
      --at;
    }
    body.erase(at, end - at);
  }
  return body;
}

string escapes_in(string text, char (*convert)(char)) {
  for (std::size_t at = 0; at + 1 < text.size(); ++at) {
    if (text[at] != '\\') continue;
    if (text[at + 1] == 'u') {
      for (std::size_t i = at + 2; i < at + 6 && i < text.size(); ++i) text[i] = convert(text[i]);
    }
    ++at;
  }
  return text;
}

}  // namespace

string change_values(const string& body, const TextChange& change) {
  return change_strings(body, Part::values, change);
}
string change_keys(const string& body, const TextChange& change) {
  return change_strings(body, Part::keys, change);
}

string drop_members_with_value(string body, string_view value) {
  return drop_members(std::move(body), [&](string_view, string_view found) { return found == value; });
}
string drop_members_with_key(string body, const std::function<bool(string_view)>& fits) {
  return drop_members(std::move(body), [&](string_view key, string_view) { return fits(key); });
}

string unquote_values(const string& body, bool (*fits)(string_view)) {
  string out;
  std::size_t at = 0;
  for (std::size_t colon = 0; (colon = body.find(":\"", at)) != string::npos;) {
    const std::size_t close = end_of_string(body, colon + 1);
    const string_view content = string_view(body).substr(colon + 2, close - colon - 2);
    out.append(body, at, colon + 1 - at);
    if (fits(content)) {
      out += content;
    } else {
      out.append(body, colon + 1, close - colon);
    }
    at = close + 1;
  }
  return out.append(body, std::min(at, body.size()));
}

string without_spaces_around(string text) {
  text.erase(0, std::min(text.find_first_not_of(" \t"), text.size()));
  text.erase(text.find_last_not_of(" \t") + 1);
  return text;
}

string in_lower_case(string text) { return lower_case(text); }
string in_upper_case(string text) {
  for (char& c : text) c = upper_case(c);
  return text;
}

string in_snake_case(string key) {
  string out;
  for (std::size_t i = 0; i < key.size(); ++i) {
    if (is_upper(key[i]) && i > 0 && (is_letter(key[i - 1]) && !is_upper(key[i - 1]))) out += '_';
    out += lower_case(key[i]);
  }
  return out;
}

string in_camel_case(string key) {
  string out;
  for (std::size_t i = 0; i < key.size(); ++i) {
    const bool joins = (key[i] == '_' || key[i] == '-') && i > 0 && i + 1 < key.size();
    out += joins ? upper_case(key[++i]) : key[i];
  }
  return out;
}

string percent_decoded(string text) {
  string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool is_escape =
        text[i] == '%' && i + 2 < text.size() && hex_digit(text[i + 1]) >= 0 && hex_digit(text[i + 2]) >= 0;
    if (!is_escape) {
      out += text[i];
      continue;
    }
    out += static_cast<char>(hex_digit(text[i + 1]) * 16 + hex_digit(text[i + 2]));
    i += 2;
  }
  return out;
}

string with_single_spaces(string text) {
  const auto both = [](char a, char b) { return a == ' ' && b == ' '; };
  text.erase(std::unique(text.begin(), text.end(), both), text.end());
  return text;
}

string html_escaped(string text, string_view apostrophe) {
  text = replaced(text, "&", "&amp;");
  text = replaced(text, "<", "&lt;");
  text = replaced(text, ">", "&gt;");
  return apostrophe.empty() ? text : replaced(text, "'", apostrophe);
}

string html_unescaped(string text) {
  for (const auto& [from, to] :
       {std::pair("&lt;"sv, "<"sv), std::pair("&gt;"sv, ">"sv), std::pair("&#39;"sv, "'"sv),
        std::pair("&#x27;"sv, "'"sv), std::pair("&amp;"sv, "&"sv)}) {
    text = replaced(text, from, to);
  }
  return text;
}

string without_scripts(string text) {
  constexpr string_view end = "</script>";
  for (std::size_t open = 0; (open = text.find("<script")) != string::npos;) {
    const std::size_t close = text.find(end, open);
    if (close == string::npos) break;
    text.erase(open, close + end.size() - open);
  }
  return text;
}

string without_tags(string text) {
  for (std::size_t open = 0; (open = text.find('<', open)) != string::npos;) {
    const std::size_t close = text.find('>', open);
    if (close == string::npos) break;
    text.erase(open, close + 1 - open);
  }
  return text;
}

string replace_characters(const string& text, bool (*fits)(char32_t), string_view substitute) {
  string out;
  for (std::size_t at = 0; at < text.size();) {
    const CodePoint point = code_point_at(text, at);
    out += point.valid && fits(point.value) ? substitute : string_view(text).substr(at, point.length);
    at += point.length;
  }
  return out;
}

bool is_invisible(char32_t c) {
  return c == 0xAD || (c >= 0x200B && c <= 0x200F) || (c >= 0x2060 && c <= 0x2064) || c == 0xFEFF;
}
bool is_bidirectional_control(char32_t c) {
  return (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069) || c == 0x200E || c == 0x200F;
}
bool is_c1_control(char32_t c) { return c >= 0x7F && c < 0xA0; }
bool is_special_space(char32_t c) {
  return c == 0xA0 || (c >= 0x2000 && c <= 0x200A) || c == 0x202F || c == 0x3000;
}
bool is_beyond_16_bits(char32_t c) { return c > 0xFFFF; }
bool is_private_use(char32_t c) { return c >= 0xE000 && c <= 0xF8FF; }

string with_lower_escapes(string text) {
  return escapes_in(std::move(text), [](char c) { return lower_case(c); });
}
string with_upper_escapes(string text) {
  return escapes_in(std::move(text), [](char c) { return upper_case(c); });
}

string without_ascii_escapes(string text) {
  for (std::size_t at = 0; (at = text.find("\\u00", at)) != string::npos; ++at) {
    if (at + 6 > text.size() || hex_digit(text[at + 4]) < 0 || hex_digit(text[at + 5]) < 0) continue;
    const int value = hex_digit(text[at + 4]) * 16 + hex_digit(text[at + 5]);
    if (value < 0x20 || value > 0x7E || value == '"' || value == '\\') continue;
    text.replace(at, 6, 1, static_cast<char>(value));
  }
  return text;
}

bool is_plain_number(string_view text) {
  const bool has_only_digits =
      !text.empty() && text.size() < 16 && std::ranges::all_of(text, [](char c) { return is_digit(c); });
  return has_only_digits && (text[0] != '0' || text.size() == 1);
}

string without_leading_zeros(string text) {
  if (text.size() < 2 || !std::ranges::all_of(text, [](char c) { return is_digit(c); })) return text;
  return text.substr(std::min(text.find_first_not_of('0'), text.size() - 1));
}

}  // namespace alohook
