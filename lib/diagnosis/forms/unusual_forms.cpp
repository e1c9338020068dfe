// The rarer forms of a body that need no parsing. They are tried only if nothing else deviates.
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <utility>

#include "base/codec.h"
#include "base/text.h"
#include "diagnosis/forms/text_forms.h"
#include "diagnosis/forms/text_tables.h"
#include "diagnosis/forms/url_forms.h"
#include "json/json_string.h"

namespace alohook {
namespace {

using enum CauseId;
using Text = std::string_view;
using Made = std::optional<std::string>;

constexpr std::string_view quote_entities[][2] = {
    {"&quot;", "\""}, {"&#34;", "\""}, {"&#39;", "'"}, {"&#039;", "'"}, {"&#x27;", "'"},
    {"&apos;", "'"},  {"&lt;", "<"},   {"&gt;", ">"},  {"&#x2F;", "/"}, {"&amp;", "&"}};

/// Decodes the entities that HTML escaping produces.
std::string unescape_html(std::string_view text) {
  std::string out(text);
  for (const auto& [entity, character] : quote_entities) out = replaced(out, entity, character);
  return out;
}

std::string escape_html(std::string_view text, std::string_view quote, std::string_view apostrophe) {
  std::string out = replaced(replaced(replaced(text, "&", "&amp;"), "<", "&lt;"), ">", "&gt;");
  if (!quote.empty()) out = replaced(out, "\"", quote);
  return apostrophe.empty() ? out : replaced(out, "'", apostrophe);
}

/// Adds a backslash before quotes and backslashes, like PHP's addslashes and WordPress.
std::string with_slashes(std::string_view text) {
  return replaced(replaced(replaced(text, "\\", "\\\\"), "\"", "\\\""), "'", "\\'");
}

std::string without_slashes(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\' && i + 1 < text.size()) ++i;
    out += text[i];
  }
  return out;
}

std::string wrapped(std::string_view before, std::string_view body, std::string_view after) {
  return std::string(before).append(body).append(after);
}

std::string bytes_in_decimal(std::string_view body, std::string_view open, std::string_view between,
                             std::string_view close, bool is_signed) {
  std::string out(open);
  for (std::size_t i = 0; i < body.size(); ++i) {
    if (i > 0) out += between;
    out += std::to_string(is_signed ? static_cast<int>(static_cast<signed char>(body[i]))
                                    : static_cast<int>(static_cast<unsigned char>(body[i])));
  }
  return out += close;
}

std::string without_spaces(std::string_view text) {
  std::string out(text);
  std::erase_if(out, [](char c) { return whitespace.find(c) != std::string_view::npos; });
  return out;
}

std::string with_single_spaces(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const bool is_space = whitespace.find(c) != std::string_view::npos;
    if (!is_space) out += c;
    if (is_space && !out.ends_with(' ')) out += ' ';
  }
  return out;
}

/// Removes trailing spaces from every line, as editors do when saving.
std::string without_trailing_spaces(std::string_view text) {
  std::string out;
  const auto lines = split(text, '\n');
  for (std::size_t i = 0; i < lines.size(); ++i) {
    out += lines[i].substr(0, lines[i].find_last_not_of(" \t\r") + 1);
    if (i + 1 < lines.size()) out += '\n';
  }
  return out;
}

std::string resolved_slashes(std::string_view text) { return replaced(text, "\\/", "/"); }

/// Resolves only the \\u escapes of non-ASCII characters.
std::string resolved_escapes(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size();) {
    const auto high =
        text[i] == '\\' && text.substr(i + 1, 1) == "u" ? hex_decode(text.substr(i + 2, 4)) : std::nullopt;
    if (text[i] == '\\' && !(high && high->size() == 2)) {
      out += text.substr(i, 2);
      i += 2;
      continue;
    }
    if (!high) {
      out += text[i++];
      continue;
    }
    const auto unit = [](std::string_view bytes) {
      return static_cast<char32_t>(static_cast<unsigned char>(bytes[0]) << 8 |
                                   static_cast<unsigned char>(bytes[1]));
    };
    char32_t c = unit(*high);
    std::size_t length = 6;
    const auto low = is_high_surrogate(c) && text.substr(i + 6, 2) == "\\u"
                         ? hex_decode(text.substr(i + 8, 4))
                         : std::nullopt;
    if (low && low->size() == 2 && is_low_surrogate(unit(*low))) {
      c = join_surrogates(c, unit(*low));
      length = 12;
    }
    if (c < 0x80) {
      out += text.substr(i, length);
    } else {
      append_utf8(out, c);
    }
    i += length;
  }
  return out;
}

std::string without_chunk_framing(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const std::string_view line = take_line(text);
    std::size_t size = 0;
    const auto [end, error] = std::from_chars(line.data(), line.data() + line.size(), size, 16);
    if (error != std::errc() || end != line.data() + line.size() || size > text.size()) return {};
    if (size == 0) return out;
    out += text.substr(0, size);
    text.remove_prefix(size);
    if (!take_line(text).empty()) return {};
  }
  return {};
}

std::string form_field(std::string_view name, std::string_view body) {
  return std::string(name) + "=" + url_encode(body, python_unreserved, UrlSpace::plus);
}

// clang-format off
constexpr TextForm all_unusual[] = {
    {body_wrapped, "the body in {\"body\":…}", [](Text b) -> Made { return wrapped("{\"body\":", b, "}"); }, false, true},
    {body_wrapped, "the body in {\"data\":…}", [](Text b) -> Made { return wrapped("{\"data\":", b, "}"); }, false, true},
    {body_wrapped, "the body in {\"payload\":…}", [](Text b) -> Made { return wrapped("{\"payload\":", b, "}"); }, false, true},
    {body_wrapped, "the body in {\"event\":…}", [](Text b) -> Made { return wrapped("{\"event\":", b, "}"); }, false, true},
    {body_wrapped, "the body in {\"message\":…}", [](Text b) -> Made { return wrapped("{\"message\":", b, "}"); }, false, true},
    {body_wrapped, "the body in {\"json\":…}", [](Text b) -> Made { return wrapped("{\"json\":", b, "}"); }, false, true},
    {body_wrapped, "the body in {\"detail\":…}", [](Text b) -> Made { return wrapped("{\"detail\":", b, "}"); }, false, true},
    {body_wrapped, "the body in {\"value\":…}", [](Text b) -> Made { return wrapped("{\"value\":", b, "}"); }, false, true},
    {body_wrapped, "the body in {\"body\": …} with a space", [](Text b) -> Made { return wrapped("{\"body\": ", b, "}"); }, false, true},
    {body_wrapped, "the body in {\"data\": …} with a space", [](Text b) -> Made { return wrapped("{\"data\": ", b, "}"); }, false, true},
    {body_wrapped, "the body as the string in {\"body\":\"…\"}", [](Text b) -> Made { return wrapped("{\"body\":", quote_json_string(b), "}"); }, false, true},
    {body_wrapped, "the body as the string in {\"payload\":\"…\"}", [](Text b) -> Made { return wrapped("{\"payload\":", quote_json_string(b), "}"); }, false, true},
    {body_wrapped, "the body as the string in {\"data\":\"…\"}", [](Text b) -> Made { return wrapped("{\"data\":", quote_json_string(b), "}"); }, false, true},
    {body_wrapped, "the body as the key of a form, {\"…\":\"\"}", [](Text b) -> Made { return wrapped("{", quote_json_string(b), ":\"\"}"); }, false, true},
    {body_wrapped, "the body in a list, […]", [](Text b) -> Made { return wrapped("[", b, "]"); }, false, true},
    {body_wrapped, "the body in double quotes", [](Text b) -> Made { return wrapped("\"", b, "\""); }, false, true},
    {body_wrapped, "the body in single quotes", [](Text b) -> Made { return wrapped("'", b, "'"); }, false, true},
    {body_wrapped, "the body in parentheses", [](Text b) -> Made { return wrapped("(", b, ")"); }, false, true},
    {body_wrapped, "the body as JSONP, callback(…)", [](Text b) -> Made { return wrapped("callback(", b, ")"); }, false, true},
    {body_wrapped, "the body twice", [](Text b) -> Made { return wrapped(b, b, ""); }, false, true},
    {body_wrapped, "the body with its chunk framing", [](Text b) -> Made { return fmt::format("{:x}\r\n{}\r\n0\r\n\r\n", b.size(), b); }, false, true},
    {body_wrapped, "the body without its chunk framing", [](Text b) -> Made { return without_chunk_framing(b); }, false, true},
    {body_newlines, "the body with a NUL byte at its end", [](Text b) -> Made { return wrapped(b, {"\0", 1}, ""); }, false, true},
    {body_newlines, "the body without NUL bytes", [](Text b) -> Made { return replaced(b, {"\0", 1}, ""); }, false, true},
    {body_newlines, "the body without the whitespace at its end", [](Text b) -> Made { return std::string(b.substr(0, b.find_last_not_of(whitespace) + 1)); }, false, true},
    {body_newlines, "the body without the whitespace at its start", [](Text b) -> Made { return std::string(b.substr(std::min(b.find_first_not_of(whitespace), b.size()))); }, false, true},
    {body_newlines, "the body with two newlines added at its end", [](Text b) -> Made { return wrapped(b, "\n\n", ""); }, false, true},
    {body_newlines, "the body with a space added at its end", [](Text b) -> Made { return wrapped(b, " ", ""); }, false, true},
    {body_newlines, "the body with a space added at its start", [](Text b) -> Made { return wrapped(" ", b, ""); }, false, true},
    {body_newlines, "the body with a newline added at its start", [](Text b) -> Made { return wrapped("\n", b, ""); }, false, true},
    {body_newlines, "the body with a carriage return added at its end", [](Text b) -> Made { return wrapped(b, "\r", ""); }, false, true},
    {body_newlines, "the body without spaces at the ends of its lines", [](Text b) -> Made { return without_trailing_spaces(b); }, false, true},
    {body_newlines, "the body without any whitespace", [](Text b) -> Made { return without_spaces(b); }, false, true},
    {body_newlines, "the body with every run of whitespace as one space", [](Text b) -> Made { return with_single_spaces(b); }, false, true},
    {body_newlines, "the body with spaces instead of newlines", [](Text b) -> Made { return replaced(with_lf(b), "\n", " "); }, false, true},
    {body_newlines, "the body with four spaces instead of tabs", [](Text b) -> Made { return replaced(b, "\t", "    "); }, false, true},
    {body_newlines, "the body with two spaces instead of tabs", [](Text b) -> Made { return replaced(b, "\t", "  "); }, false, true},
    {body_newlines, "the body with literal \\n instead of newlines", [](Text b) -> Made { return replaced(b, "\n", "\\n"); }, false, true},
    {body_newlines, "the body with newlines instead of literal \\n", [](Text b) -> Made { return replaced(b, "\\n", "\n"); }, false, true},
    {body_altered, "the body with \\/ instead of /", [](Text b) -> Made { return replaced(resolved_slashes(b), "/", "\\/"); }, false, true},
    {body_altered, "the body with / instead of \\/", [](Text b) -> Made { return resolved_slashes(b); }, false, true},
    {body_altered, "the body with its \\u escapes resolved", [](Text b) -> Made { return resolved_escapes(b); }, false, true},
    {body_altered, "the body escaped by addslashes", [](Text b) -> Made { return with_slashes(b); }, false, true},
    {body_altered, "the body with its backslashes removed (stripslashes)", [](Text b) -> Made { return without_slashes(b); }, false, true},
    {body_altered, "the body escaped as PHP's htmlspecialchars does", [](Text b) -> Made { return escape_html(b, "&quot;", "&#039;"); }, false, true},
    {body_altered, "the body escaped as Python's html.escape does", [](Text b) -> Made { return escape_html(b, "&quot;", "&#x27;"); }, false, true},
    {body_altered, "the body escaped as JavaScript's escape-html does", [](Text b) -> Made { return escape_html(b, "&quot;", "&#39;"); }, false, true},
    {body_altered, "the body escaped as Go's html.EscapeString does", [](Text b) -> Made { return escape_html(b, "&#34;", "&#39;"); }, false, true},
    {body_altered, "the body with & < > and \" escaped for HTML", [](Text b) -> Made { return escape_html(b, "&quot;", ""); }, false, true},
    {body_altered, "the body with & < > escaped for HTML", [](Text b) -> Made { return escape_html(b, "", ""); }, false, true},
    {body_altered, "the body with its HTML entities resolved", [](Text b) -> Made { return unescape_html(b); }, false, true},
    {body_altered, "the body in lower case", [](Text b) -> Made { return lower_case(b); }, false, true},
    {body_url_encoded, "the body as the form field body=…", [](Text b) -> Made { return form_field("body", b); }, false, true},
    {body_url_encoded, "the body as the form field data=…", [](Text b) -> Made { return form_field("data", b); }, false, true},
    {body_url_encoded, "the body as the form field json=…", [](Text b) -> Made { return form_field("json", b); }, false, true},
    {body_url_encoded, "the body as a form field's name", [](Text b) -> Made { return form_field(url_encode(b, python_unreserved, UrlSpace::plus), ""); }, false, true},
    {body_base64, "the body encoded as Base64 without padding", [](Text b) -> Made { std::string text = base64_encode(b); text.resize(text.find_last_not_of('=') + 1); return text; }, false, true},
    {body_base64, "the body encoded as base64url", [](Text b) -> Made { return base64url_encode(b); }, false, true},
    {body_base64, "the body as a data: URL", [](Text b) -> Made { return "data:application/json;base64," + base64_encode(b); }, false, true},
    {body_base64, "the body encoded as Base64 twice", [](Text b) -> Made { return base64_encode(base64_encode(b)); }, false, true},
    {body_base64, "the body encoded as hex", [](Text b) -> Made { return hex_encode(b); }, false, true},
    {body_base64, "the body decoded from hex", [](Text b) -> Made { return hex_decode(trimmed(b)); }, false, true},
    {body_repr, "the body as JavaScript prints a Uint8Array, 123,34,…", [](Text b) -> Made { return bytes_in_decimal(b, "", ",", "", false); }, false, true},
    {body_repr, "the body as JSON of its bytes, [123,34,…]", [](Text b) -> Made { return bytes_in_decimal(b, "[", ",", "]", false); }, false, true},
    {body_repr, "the body as Java's Arrays.toString prints it, [123, 34, …]", [](Text b) -> Made { return bytes_in_decimal(b, "[", ", ", "]", true); }, false, true},
    {body_repr, "the body as Go prints a []byte, [123 34 …]", [](Text b) -> Made { return bytes_in_decimal(b, "[", " ", "]", false); }, false, true},
};
// clang-format on

}  // namespace

std::span<const TextForm> unusual_forms() { return all_unusual; }

}  // namespace alohook
