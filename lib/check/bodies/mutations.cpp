#include "check/bodies/mutations.h"

#include <algorithm>
#include <utility>

#include "base/text.h"
#include "check/bodies/text_changes.h"
#include "diagnosis/forms/normalization.h"

namespace alohook {
namespace {

using std::string;
using std::string_view;
using enum Mutation::Scope;

struct Replacement {
  string_view from, to;
};

template <std::size_t count>
string replace_each(string text, const Replacement (&table)[count]) {
  for (const Replacement& row : table) text = replaced(text, row.from, row.to);
  return text;
}

constexpr Replacement straight_quotes[] = {
    {"\u201C", "\\\""}, {"\u201D", "\\\""}, {"\u2018", "'"}, {"\u2019", "'"}};
constexpr Replacement ascii_dashes[] = {{"\u2013", "-"}, {"\u2014", "-"}, {"\u2026", "..."}};
constexpr Replacement long_dashes[] = {{"\u2013", "-"}, {"\u2014", "--"}, {"\u2026", "..."}};
constexpr Replacement look_alikes[] = {
    {"\u0430", "a"}, {"\u0435", "e"}, {"\u043E", "o"}, {"\u0440", "p"}, {"\u0455", "s"}};
constexpr Replacement compatibility[] = {{"\uFB01", "fi"},      {"\u00B2", "2"},  {"\uFF21", "A"},
                                         {"\u2103", "\u00B0C"}, {"\u2122", "TM"}, {"\u00A0", " "},
                                         {"\u2026", "..."},     {"\u202F", " "},  {"\u3000", " "}};
constexpr Replacement plain_letters[] = {{"\u00E9", "e"}, {"e\u0301", "e"}, {"\u00FC", "u"}, {"\u0100", "A"}};

string cut(string text, std::size_t size) { return text.size() > size ? text.substr(0, size) : text; }

string without_sql(string text, string_view substitute) {
  for (const string_view word : {"DROP TABLE", "UNION SELECT"}) text = replaced(text, word, substitute);
  return text;
}

string without_sql_words(string text, string_view substitute) {
  for (const string_view word : {"DROP", "TABLE", "UNION", "SELECT"}) text = replaced(text, word, substitute);
  return text;
}

/// Replaces the values of members that look like credentials.
string mask_secrets(string body, string_view mask) {
  for (const string_view head : {"\"password\":\"", "\"token\":\""}) {
    const std::size_t at = body.find(head);
    if (at == string::npos) continue;
    const std::size_t begin = at + head.size(), close = body.find('"', begin);
    body.replace(begin, close - begin, mask);
  }
  return body;
}

bool is_word(string_view text) { return text == "true" || text == "false"; }
bool is_null(string_view text) { return text == "null"; }
bool is_dollar_key(string_view key) { return key.starts_with('$'); }
bool is_operator_key(string_view key) { return key.starts_with('$') || key.find('.') != string_view::npos; }
bool is_prototype_key(string_view key) { return key == "__proto__"; }

string null_for_empty(string s) { return replaced(s, ":\"\"", ":null"); }
string trimmed_values(string s) { return change_values(s, without_spaces_around); }
string without_nulls(string s) { return drop_members_with_value(std::move(s), "null"); }
string without_empties(string s) {
  for (const string_view value : {"null", "\"\"", "[]", "{}"})
    s = drop_members_with_value(std::move(s), value);
  return s;
}
string with_spaces_for_plus(string s) { return replaced(s, "+", " "); }

constexpr Mutation all_mutations[] = {
    // Strings.
    {"strings are trimmed", "Laravel TrimStrings, express-validator trim()", body, trimmed_values},
    {"empty strings become null", "Laravel ConvertEmptyStringsToNull, Rails deep munge", body,
     null_for_empty},
    {"strings are trimmed, and empty ones become null", "Laravel's default middleware", body,
     [](string s) { return null_for_empty(trimmed_values(std::move(s))); }},
    {"members that are null are dropped", "Jackson NON_NULL, Gson, System.Text.Json WhenWritingNull", body,
     without_nulls},
    {"members that are null or empty are dropped", "Jackson NON_EMPTY, Go omitempty, compact()", body,
     without_empties},
    {"empty strings are dropped", "array_filter, WordPress, DynamoDB's former limit", body,
     [](string s) { return drop_members_with_value(std::move(s), "\"\""); }},
    {"null becomes an empty string", "PHP strval, form models", body,
     [](string s) { return replaced(s, ":null", ":\"\""); }},
    {"null in arrays is dropped", "Rails deep munge, compact()", body,
     [](string s) { return replaced(replaced(s, "null,", ""), ",null", ""); }},
    {"empty objects become empty arrays", "PHP json_decode(…, true)", body,
     [](string s) { return replaced(s, "{}", "[]"); }},
    {"empty arrays become null", "Rails deep munge before 5.0", body,
     [](string s) { return replaced(s, "[]", "null"); }},
    {"empty arrays and objects are dropped", "Jackson NON_EMPTY", body,
     [](string s) { return drop_members_with_value(drop_members_with_value(std::move(s), "[]"), "{}"); }},
    {"runs of spaces become one", "HTML minifiers, normalize-space(), squish", values, with_single_spaces},
    {"escaped newlines and tabs become spaces", "squish, single-line sanitizers", values,
     [](string s) { return replaced(replaced(s, "\\n", " "), "\\t", " "); }},
    {"escaped newlines and tabs are dropped", "FILTER_FLAG_STRIP_LOW, log sanitizers", values,
     [](string s) { return replaced(replaced(s, "\\n", ""), "\\t", ""); }},
    {"escaped CRLF becomes LF", "WordPress wp_kses, textarea normalization", values,
     [](string s) { return replaced(s, "\\r\\n", "\\n"); }},
    {"e-mail addresses are written in lower case", "express-validator normalizeEmail()", body,
     [](string s) { return replaced(s, "Zoe@Example.COM", "zoe@example.com"); }},
    {"the domain of e-mail addresses is written in lower case", "validators that normalize domains", body,
     [](string s) { return replaced(s, "@Example.COM", "@example.com"); }},
    {"strings are cut after 255 bytes", "VARCHAR(255) columns, Rails' default string limit", values,
     [](string s) { return cut(std::move(s), 255); }},
    {"strings are cut after 256 bytes", "fixed buffers", values,
     [](string s) { return cut(std::move(s), 256); }},
    {"strings are cut after 191 bytes", "utf8mb4 index columns in MySQL", values,
     [](string s) { return cut(std::move(s), 191); }},
    {"strings are cut after 128 bytes", "fixed buffers", values,
     [](string s) { return cut(std::move(s), 128); }},
    {"strings are cut after 100 bytes", "log and audit middleware", values,
     [](string s) { return cut(std::move(s), 100); }},
    {"strings are cut after 64 bytes", "fixed buffers", values,
     [](string s) { return cut(std::move(s), 64); }},
    // Form and URL decoding.
    {"+ becomes a space", "form decoding: urllib unquote_plus, URLSearchParams", body, with_spaces_for_plus},
    {"+ becomes a space, and percent escapes are decoded", "form decoding: PHP urldecode, Go QueryUnescape",
     body, [](string s) { return percent_decoded(with_spaces_for_plus(std::move(s))); }},
    {"percent escapes are decoded", "decodeURIComponent, ModSecurity t:urlDecode", body, percent_decoded},
    // HTML.
    {"< > & are escaped as HTML", "htmlspecialchars, lodash escape, Jinja autoescape", values,
     [](string s) { return html_escaped(std::move(s), {}); }},
    {"< > & ' are escaped as HTML", "htmlspecialchars since PHP 8.1, html.escape", values,
     [](string s) { return html_escaped(std::move(s), "&#039;"); }},
    {"< > & ' are escaped as HTML", "html.escape, validator.js escape()", values,
     [](string s) { return html_escaped(std::move(s), "&#x27;"); }},
    {"< > & ' are escaped as HTML", "Go html.EscapeString, Rails h()", values,
     [](string s) { return html_escaped(std::move(s), "&#39;"); }},
    {"< and > are escaped as HTML", "xss, xss-clean, DOMPurify on text", values,
     [](string s) { return replaced(replaced(s, "<", "&lt;"), ">", "&gt;"); }},
    {"& is escaped as HTML", "sanitize-html, bleach", values,
     [](string s) { return replaced(s, "&", "&amp;"); }},
    {"< is escaped as HTML", "xss-filters", values, [](string s) { return replaced(s, "<", "&lt;"); }},
    {"apostrophes are escaped as HTML", "html.escape, Rack::Protection::EscapedParams", values,
     [](string s) { return replaced(s, "'", "&#39;"); }},
    {"apostrophes are escaped as HTML", "html.escape", values,
     [](string s) { return replaced(s, "'", "&#x27;"); }},
    {"apostrophes are escaped as HTML", "htmlspecialchars", values,
     [](string s) { return replaced(s, "'", "&#039;"); }},
    {"HTML entities are decoded", "html_entity_decode, he, ModSecurity t:htmlEntityDecode", values,
     html_unescaped},
    {"HTML tags are stripped", "strip_tags, striptags, sanitize-html, bleach", values, without_tags},
    {"script elements are removed", "xss-clean, sanitize-html, DOMPurify", values, without_scripts},
    {"script elements and tags are removed", "DOMPurify, OWASP Java HTML Sanitizer", values,
     [](string s) { return without_tags(without_scripts(std::move(s))); }},
    {"< and > are removed", "FILTER_SANITIZE_STRING, header filters", values,
     [](string s) { return replaced(replaced(s, "<", ""), ">", ""); }},
    // Word filters.
    {"SQL words are removed", "home-made injection filters, CodeIgniter's former xss_clean", values,
     [](string s) { return without_sql(std::move(s), ""); }},
    {"SQL words are removed", "home-made injection filters", values,
     [](string s) { return without_sql_words(std::move(s), ""); }},
    {"SQL words are masked", "web application firewalls in rewriting mode", values,
     [](string s) { return without_sql(std::move(s), "***"); }},
    {"script is removed", "naive XSS filters", values, [](string s) { return replaced(s, "script", ""); }},
    {"../ is removed", "path traversal filters", values, [](string s) { return replaced(s, "../", ""); }},
    {".. is removed", "path traversal filters", values, [](string s) { return replaced(s, "..", ""); }},
    {"javascript: is removed", "xss-clean, URL sanitizers", values,
     [](string s) { return replaced(s, "javascript:", ""); }},
    {"-- and ; are removed", "SQL comment filters", values,
     [](string s) { return replaced(replaced(s, "--", ""), ";", ""); }},
    {"-- is removed", "SQL comment filters", values, [](string s) { return replaced(s, "--", ""); }},
    {"; is removed", "SQL and shell filters", values, [](string s) { return replaced(s, ";", ""); }},
    {"${ is removed", "Log4Shell filters", values, [](string s) { return replaced(s, "${", ""); }},
    {"{{ and }} are removed", "template injection filters", values,
     [](string s) { return replaced(replaced(s, "{{", ""), "}}", ""); }},
    {"values of password and token are masked", "Rails filter_parameters, Sentry scrubbing, log middleware",
     body, [](string s) { return mask_secrets(std::move(s), "[FILTERED]"); }},
    {"values of password and token are masked", "log middleware", body,
     [](string s) { return mask_secrets(std::move(s), "***"); }},
    {"values of password and token are masked", "data loss prevention", body,
     [](string s) { return mask_secrets(std::move(s), "[REDACTED]"); }},
    {"password and token are dropped", "Laravel dontFlash, serializers with write-only fields", body,
     [](string s) {
       return drop_members_with_key(std::move(s),
                                    [](string_view k) { return k == "password" || k == "token"; });
     }},
    // Quotes and backslashes.
    {"backslashes are removed", "PHP stripslashes, WordPress wp_unslash", values,
     [](string s) { return replaced(s, "\\\\", ""); }},
    {"backslashes become slashes", "path normalization", values,
     [](string s) { return replaced(s, "\\\\", "/"); }},
    {"backslashes are doubled", "addslashes, string escaping applied twice", values,
     [](string s) { return replaced(s, "\\\\", "\\\\\\\\"); }},
    {"apostrophes get a backslash", "PHP addslashes, WordPress magic quotes", values,
     [](string s) { return replaced(s, "'", "\\\\'"); }},
    {"apostrophes are doubled", "SQL escaping", values, [](string s) { return replaced(s, "'", "''"); }},
    {"apostrophes are removed", "SQL filters", values, [](string s) { return replaced(s, "'", ""); }},
    {"apostrophes become typographic", "SmartyPants, WordPress wptexturize", values,
     [](string s) { return replaced(s, "'", "\u2019"); }},
    // Keys.
    {"members whose key begins with $ are dropped", "express-mongo-sanitize", body,
     [](string s) { return drop_members_with_key(std::move(s), is_dollar_key); }},
    {"$ is removed from keys", "mongo-sanitize variants", keys,
     [](string s) { return replaced(s, "$", ""); }},
    {"$ in keys becomes _", "express-mongo-sanitize replaceWith", keys,
     [](string s) { return replaced(s, "$", "_"); }},
    {"members whose key has a $ or . are dropped", "express-mongo-sanitize", body,
     [](string s) { return drop_members_with_key(std::move(s), is_operator_key); }},
    {"dots in keys become _", "PHP parse_str, MongoDB and Elasticsearch adapters", keys,
     [](string s) { return replaced(s, ".", "_"); }},
    {"dots are removed from keys", "MongoDB adapters", keys, [](string s) { return replaced(s, ".", ""); }},
    {"$ and . in keys become _", "express-mongo-sanitize replaceWith", keys,
     [](string s) { return replaced(replaced(s, "$", "_"), ".", "_"); }},
    {"dots and spaces in keys become _", "PHP parse_str, $_POST", keys,
     [](string s) { return replaced(replaced(s, ".", "_"), " ", "_"); }},
    {"dashes in keys become _", "parameter normalization, environment mappers", keys,
     [](string s) { return replaced(s, "-", "_"); }},
    {"keys are written in lower case", "case-insensitive binders", keys, in_lower_case},
    {"keys are written in upper case", "case-insensitive binders", keys, in_upper_case},
    {"keys are written in snake_case", "Rails olive_branch, humps, djangorestframework-camel-case", keys,
     in_snake_case},
    {"keys are written in camelCase", "humps, camelcase-keys, Jackson naming strategies", keys,
     in_camel_case},
    {"the first letter of keys is written in lower case", "System.Text.Json CamelCase policy", keys,
     [](string s) { return s.empty() ? s : in_lower_case(s.substr(0, 1)) + s.substr(1); }},
    {"the first letter of keys is written in upper case", "Newtonsoft default contract names, Go structs",
     keys, [](string s) { return s.empty() ? s : in_upper_case(s.substr(0, 1)) + s.substr(1); }},
    {"keys are trimmed", "form binders", keys, without_spaces_around},
    {"spaces in keys become _", "PHP parse_str", keys, [](string s) { return replaced(s, " ", "_"); }},
    {"brackets are removed from keys", "qs, PHP parse_str", keys,
     [](string s) { return replaced(replaced(s, "[", ""), "]", ""); }},
    {"accents are removed from keys", "slugify, parameterize", keys,
     [](string s) { return replace_each(std::move(s), plain_letters); }},
    {"__proto__ is dropped", "hoek, secure-json-parse protoAction remove, lodash merge", body,
     [](string s) { return drop_members_with_key(std::move(s), is_prototype_key); }},
    // Unicode.
    {"no-break and other special spaces become spaces", "squish, HTML sanitizers, str.split/join", body,
     [](string s) { return replace_characters(s, is_special_space, " "); }},
    {"Unicode text is normalized to NFC", "ModSecurity t:utf8toUnicode, macOS file APIs, unicodedata", body,
     [](string s) { return to_nfc(s); }},
    {"Unicode text is normalized to NFKC", "unicodedata.normalize, python-slugify, PRECIS", body,
     [](string s) { return to_nfc(replace_each(std::move(s), compatibility)); }},
    {"accents are removed", "unidecode, iconv //TRANSLIT, Lucene ASCII folding", body,
     [](string s) { return replace_each(std::move(s), plain_letters); }},
    {"no-break spaces become &nbsp;", "HTML sanitizers", body,
     [](string s) { return replaced(s, "\u00A0", "&nbsp;"); }},
    {"no-break spaces are trimmed or removed", "PHP mb_trim, JavaScript trim()", body,
     [](string s) { return replace_characters(s, is_special_space, ""); }},
    {"invisible characters are removed", "strip zero-width middleware, Slack-style cleaners", body,
     [](string s) { return replace_characters(s, is_invisible, ""); }},
    {"U+FEFF is removed", "strip-bom applied to the whole text", body,
     [](string s) { return replaced(s, "\uFEFF", ""); }},
    {"soft hyphens are removed", "text cleaners", body, [](string s) { return replaced(s, "\u00AD", ""); }},
    {"bidirectional controls are removed", "Trojan Source filters", body,
     [](string s) { return replace_characters(s, is_bidirectional_control, ""); }},
    {"control characters are removed", "XML 1.0 cleaners, FILTER_FLAG_STRIP_HIGH, Cc filters", body,
     [](string s) { return replace_characters(s, is_c1_control, ""); }},
    {"DEL is removed", "validator.js stripLow()", body, [](string s) { return replaced(s, "\x7F", ""); }},
    {"control characters become spaces", "log sanitizers", body,
     [](string s) { return replace_characters(s, is_c1_control, " "); }},
    {"typographic quotes become straight", "text normalizers, SMS gateways", body,
     [](string s) { return replace_each(std::move(s), straight_quotes); }},
    {"typographic quotes and dashes become ASCII", "unidecode, SMS gateways", body,
     [](string s) { return replace_each(replace_each(std::move(s), straight_quotes), ascii_dashes); }},
    {"dashes and ellipses become ASCII", "text normalizers", body,
     [](string s) { return replace_each(std::move(s), ascii_dashes); }},
    {"dashes and ellipses become ASCII", "SmartyPants reversed", body,
     [](string s) { return replace_each(std::move(s), long_dashes); }},
    {"look-alike letters become Latin ones", "confusables filters (UTS #39)", body,
     [](string s) { return replace_each(std::move(s), look_alikes); }},
    {"emoji are removed", "MySQL utf8 (three bytes), emoji strippers", body,
     [](string s) { return replace_characters(s, is_beyond_16_bits, ""); }},
    {"emoji become ?", "MySQL utf8 (three bytes), Oracle, SQL Server varchar", body,
     [](string s) { return replace_characters(s, is_beyond_16_bits, "?"); }},
    {"emoji become U+FFFD", "UCS-2 software", body,
     [](string s) { return replace_characters(s, is_beyond_16_bits, "\uFFFD"); }},
    {"private-use characters are removed", "XML and text cleaners", body,
     [](string s) { return replace_characters(s, is_private_use, ""); }},
    {"U+FFFD is removed", "text cleaners", body, [](string s) { return replaced(s, "\uFFFD", ""); }},
    // Escapes, dates and numbers.
    {"escapes are written with lower-case digits", "re-serializing: Python, PHP, Ruby", body,
     with_lower_escapes},
    {"escapes are written with upper-case digits", "re-serializing: System.Text.Json, Jackson", body,
     with_upper_escapes},
    {"escapes of ASCII characters are decoded", "re-serializing", body, without_ascii_escapes},
    {"\\/ becomes /", "re-serializing", body, [](string s) { return replaced(s, "\\/", "/"); }},
    {"times get milliseconds", "JavaScript Date.toJSON, MongoDB", body,
     [](string s) { return replaced(s, ":00Z\"", ":00.000Z\""); }},
    {"Z in times becomes +00:00", "Python datetime.isoformat, PHP DATE_ATOM", body,
     [](string s) { return replaced(s, "00Z\"", "00+00:00\""); }},
    {"times are written in UTC", "JavaScript Date.toJSON", body,
     [](string s) { return replaced(s, "T10:00:00+02:00", "T08:00:00.000Z"); }},
    {"times are written in UTC", "database timestamps", body,
     [](string s) { return replaced(s, "T10:00:00+02:00", "T08:00:00Z"); }},
    {"microseconds are cut to milliseconds", "JavaScript Date, MongoDB", body,
     [](string s) { return replaced(s, ".123456Z", ".123Z"); }},
    {"fractions of seconds are dropped", "MySQL DATETIME, strftime", body,
     [](string s) { return replaced(s, ".123456Z", "Z"); }},
    {"trailing zeros of fractions are dropped", "Newtonsoft.Json dates, Go time.Time", body,
     [](string s) { return replaced(s, ".100Z", ".1Z"); }},
    {"numbers in quotes lose them", "query parsers, XML bridges, PHP JSON_NUMERIC_CHECK", body,
     [](string s) { return unquote_values(s, is_plain_number); }},
    {"true and false in quotes lose them", "express-query-boolean, YAML bridges", body,
     [](string s) { return unquote_values(s, is_word); }},
    {"null in quotes loses them", "express-query-parser, YAML bridges", body,
     [](string s) { return unquote_values(s, is_null); }},
    {"leading zeros are dropped", "spreadsheets, numeric casts", values, without_leading_zeros},
    {"true becomes 1", "form encoding, SQLite, MySQL", body,
     [](string s) { return replaced(replaced(s, ":true", ":1"), ":false", ":0"); }},
    {"numbers become strings", "form encoding, XML bridges, BigInt-safe parsers", body,
     [](string s) { return replaced(s, ":42,", ":\"42\","); }},
    {"strings are written in lower case", "case-folding sanitizers", values, in_lower_case},
    {"strings are written in upper case", "case-folding sanitizers", values, in_upper_case},
    {"a slash is added to URLs", "URL normalizers", body,
     [](string s) { return replaced(s, "://alo.invalid\"", "://alo.invalid/\""); }},
    {"http becomes https", "mixed-content rewriters, Cloudflare automatic rewrites", body,
     [](string s) { return replaced(s, "http://", "https://"); }},
};

}  // namespace

std::span<const Mutation> mutations() { return all_mutations; }

string apply(const Mutation& mutation, const string& text) {
  switch (mutation.scope) {
    case body:
      return mutation.change(text);
    case values:
      return change_values(text, mutation.change);
    case keys:
      return change_keys(text, mutation.change);
  }
  return text;
}

}  // namespace alohook
