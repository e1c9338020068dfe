#include "diagnosis/json/json_styles.h"

#include <algorithm>

namespace alohook {
namespace {

using Order = JsonStyle::Order;
using Strings = JsonStrings;
using NonAscii = JsonStrings::NonAscii;
using Lone = JsonStrings::LoneSurrogates;
using Dialect = JsonStrings::Dialect;
using Empties = JsonLayout::Empties;
constexpr JsonLayout compact{};
constexpr JsonLayout spaced{.between = ", ", .after_key = ": "};
constexpr JsonLayout two_spaces{.after_key = ": ", .indent = "  "};
constexpr JsonLayout four_spaces{.after_key = ": ", .indent = "    "};
constexpr JsonLayout tabs{.after_key = ": ", .indent = "\t"};
constexpr JsonLayout ruby_pretty{.after_key = ": ", .indent = "  ", .empties = Empties::ruby_pretty};
constexpr JsonLayout ruby_inspect{.between = ", ", .after_key = "=>"};
constexpr JsonLayout ruby_34_inspect{.between = ", ", .after_key = " => "};
constexpr JsonLayout jackson_pretty{
    .after_key = " : ", .indent = "  ", .empties = Empties::spaced, .arrays_on_one_line = true};

constexpr JsonLayout two_spaces_crlf{.after_key = ": ", .indent = "  ", .newline = "\r\n"};
constexpr JsonLayout four_spaces_broken{.after_key = ": ", .indent = "    ", .empties = Empties::broken};
constexpr JsonLayout perl_pretty{.after_key = " : ", .indent = "   "};
constexpr JsonLayout java_map{.between = ", ", .after_key = "="};

constexpr Strings untouched{.dialect = Dialect::as_written};
constexpr Strings js_strings{};
constexpr Strings python_ascii{.non_ascii = NonAscii::lower_escapes, .escapes_delete = true};
constexpr Strings python_utf8{.lone_surrogates = Lone::impossible};
constexpr Strings python_repr{.dialect = Dialect::python};
constexpr Strings php_all{
    .non_ascii = NonAscii::lower_escapes, .lone_surrogates = Lone::impossible, .escapes_slash = true};
constexpr Strings php_unescaped_slashes{.non_ascii = NonAscii::lower_escapes,
                                        .lone_surrogates = Lone::impossible};
constexpr Strings php_unescaped_unicode{
    .lone_surrogates = Lone::impossible, .escapes_slash = true, .escapes_line_separators = true};
constexpr Strings php_unescaped_both{.lone_surrogates = Lone::impossible, .escapes_line_separators = true};
constexpr Strings go_html{.lone_surrogates = Lone::replaced,
                          .unsafe = "<>&",
                          .escapes_line_separators = true,
                          .short_b_and_f = false};
constexpr Strings go_raw{
    .lone_surrogates = Lone::replaced, .escapes_line_separators = true, .short_b_and_f = false};
constexpr Strings go_message{
    .dialect = Dialect::as_written, .unsafe = "<>&", .escapes_line_separators = true};
constexpr Strings ruby_strings{.lone_surrogates = Lone::impossible};
constexpr Strings ruby_quoted{.dialect = Dialect::ruby};
constexpr Strings rails_html{
    .lone_surrogates = Lone::impossible, .unsafe = "<>&", .escapes_line_separators = true};
constexpr Strings jackson_utf8{.lone_surrogates = Lone::question_mark, .upper_controls = true};
constexpr Strings jackson_ascii{.non_ascii = NonAscii::upper_escapes, .upper_controls = true};
constexpr Strings gson_html{
    .lone_surrogates = Lone::question_mark, .unsafe = "<>&='", .escapes_line_separators = true};
constexpr Strings gson_plain{.lone_surrogates = Lone::question_mark, .escapes_line_separators = true};

constexpr Strings js_html{.unsafe = "<>&", .escapes_line_separators = true};
constexpr Strings js_serialize{.unsafe = "<>/", .escapes_line_separators = true, .upper_unsafe = true};
constexpr Strings php_hex{.non_ascii = NonAscii::lower_escapes,
                          .lone_surrogates = Lone::impossible,
                          .unsafe = "<>&'",
                          .escapes_slash = true,
                          .upper_unsafe = true,
                          .escapes_quote = true};
constexpr Strings drf_strings{.lone_surrogates = Lone::impossible, .escapes_line_separators = true};
constexpr Strings python_ascii_slashes{.non_ascii = NonAscii::lower_escapes, .escapes_slash = true};
constexpr Strings rapid_strings{
    .non_ascii = NonAscii::upper_escapes, .lone_surrogates = Lone::impossible, .upper_controls = true};
constexpr Strings ruby_script_safe{
    .lone_surrogates = Lone::impossible, .escapes_slash = true, .escapes_line_separators = true};
constexpr Strings ruby_ascii{.non_ascii = NonAscii::lower_escapes, .lone_surrogates = Lone::impossible};
constexpr Strings slashes{.lone_surrogates = Lone::impossible, .escapes_slash = true};
constexpr Strings strict{.lone_surrogates = Lone::impossible};
constexpr Strings postgres{.lone_surrogates = Lone::impossible, .rejects_nul = true};
constexpr Strings jq_strings{.lone_surrogates = Lone::impossible, .escapes_delete = true};
constexpr Strings jq_ascii{
    .non_ascii = NonAscii::lower_escapes, .lone_surrogates = Lone::impossible, .escapes_delete = true};
constexpr Strings dotnet_default{.non_ascii = NonAscii::upper_escapes,
                                 .lone_surrogates = Lone::impossible,
                                 .unsafe = "<>&'+`",
                                 .escapes_delete = true,
                                 .upper_controls = true,
                                 .upper_unsafe = true,
                                 .escapes_quote = true};
constexpr Strings dotnet_relaxed{.non_ascii = NonAscii::dotnet,
                                 .lone_surrogates = Lone::impossible,
                                 .upper_controls = true,
                                 .upper_unsafe = true};
constexpr Strings newtonsoft_strings{.escapes_line_separators = true, .escapes_next_line = true};
constexpr Strings newtonsoft_ascii{.non_ascii = NonAscii::lower_escapes, .escapes_delete = true};
constexpr Strings newtonsoft_html{.non_ascii = NonAscii::raw,
                                  .unsafe = "<>&'",
                                  .escapes_line_separators = true,
                                  .escapes_quote = true,
                                  .escapes_next_line = true};
constexpr Strings bare{.dialect = Dialect::bare};

constexpr JsonStyle javascript_style(std::string_view id, std::string_view title, const JsonLayout& layout) {
  return {.id = id,
          .title = title,
          .layout = layout,
          .strings = js_strings,
          .numbers = JsonNumbers::javascript,
          .order = Order::javascript};
}

constexpr JsonStyle python_style(std::string_view id, std::string_view title, const JsonLayout& layout,
                                 const Strings& strings, Order order = Order::kept) {
  return {.id = id,
          .title = title,
          .layout = layout,
          .strings = strings,
          .numbers = JsonNumbers::python,
          .order = order};
}

enum class PhpDecoding { arrays, objects };

constexpr JsonStyle php_style(std::string_view id, std::string_view title, const JsonLayout& layout,
                              const Strings& strings, PhpDecoding decoding = PhpDecoding::arrays,
                              JsonNumbers numbers = JsonNumbers::php) {
  return {.id = id,
          .title = title,
          .layout = layout,
          .strings = strings,
          .numbers = numbers,
          .php_arrays = decoding == PhpDecoding::arrays};
}

constexpr JsonStyle go_style(std::string_view id, std::string_view title, const JsonLayout& layout,
                             const Strings& strings = go_html, bool ends_in_newline = false) {
  return {.id = id,
          .title = title,
          .layout = layout,
          .strings = strings,
          .numbers = JsonNumbers::go,
          .order = Order::sorted,
          .ends_in_newline = ends_in_newline};
}

constexpr JsonStyle ruby_style(std::string_view id, std::string_view title, const JsonLayout& layout,
                               const Strings& strings = ruby_strings) {
  return {.id = id, .title = title, .layout = layout, .strings = strings, .numbers = JsonNumbers::ruby};
}

constexpr JsonStyle jackson_style(std::string_view id, std::string_view title, const JsonLayout& layout,
                                  const Strings& strings = jackson_utf8) {
  return {.id = id, .title = title, .layout = layout, .strings = strings, .numbers = JsonNumbers::java};
}

constexpr JsonStyle gson_style(std::string_view id, std::string_view title, const JsonLayout& layout,
                               const Strings& strings, JsonNumbers numbers, bool drops_nulls) {
  return {.id = id,
          .title = title,
          .layout = layout,
          .strings = strings,
          .numbers = numbers,
          .drops_nulls = drops_nulls};
}

/// A style that changes only whitespace: keys, numbers and escapes are unchanged.
constexpr JsonStyle spacing_style(std::string_view id, std::string_view title, const JsonLayout& layout,
                                  const Strings& strings = untouched) {
  return {.id = id,
          .title = title,
          .layout = layout,
          .strings = strings,
          .duplicates = JsonTree::Duplicates::kept};
}

/// A library that writes strings and numbers in its own way, and keeps or sorts the members.
constexpr JsonStyle other_style(std::string_view id, std::string_view title, const JsonLayout& layout,
                                const Strings& strings, JsonNumbers numbers, Order order = Order::kept) {
  return {.id = id, .title = title, .layout = layout, .strings = strings, .numbers = numbers, .order = order};
}

constexpr JsonStyle sorted(JsonStyle style, Order order) {
  style.order = order;
  return style;
}

constexpr JsonStyle with_numbers(JsonStyle style, JsonNumbers numbers) {
  style.numbers = numbers;
  return style;
}

constexpr JsonStyle with_strings(JsonStyle style, const Strings& strings) {
  style.strings = strings;
  return style;
}

constexpr JsonStyle without_nulls(JsonStyle style) {
  style.drops_nulls = true;
  return style;
}

/// Marks a style as based on the library's documentation or source, not on a recording.
constexpr JsonStyle documented(JsonStyle style) {
  style.is_recorded = false;
  return style;
}

/// Json.NET parses strings that look like dates, and writes them back in its own format.
constexpr JsonStyle with_dates(JsonStyle style) {
  style.rewrites_dates = true;
  return style;
}

constexpr JsonStyle alone(JsonStyle style) {
  style.alone = true;
  return style;
}

/// What a language prints for the parsed body if it isn't asked for JSON.
constexpr JsonStyle repr_style(JsonStyle style, std::string_view true_text, std::string_view false_text,
                               std::string_view null_text) {
  style.literals[0] = true_text;
  style.literals[1] = false_text;
  style.literals[2] = null_text;
  style.is_json = false;
  return style;
}

constexpr JsonStyle rare(JsonStyle style) {
  style.rare = true;
  return style;
}

// clang-format off
constexpr JsonStyle styles[] = {
    javascript_style("js", "JavaScript's JSON.stringify(body)", compact),
    python_style("python", "Python's json.dumps(body)", spaced, python_ascii),
    python_style("python-compact", "Python's json.dumps(body, separators=(',', ':'))", compact, python_ascii),
    php_style("php", "PHP's json_encode($body)", compact, php_all),
    ruby_style("ruby", "Ruby's JSON.generate(body)", compact),
    ruby_style("rails", "Rails' body.to_json", compact, rails_html),
    go_style("go", "Go's json.Marshal of a map", compact),
    jackson_style("jackson", "Jackson's writeValueAsString(body)", compact),
    gson_style("gson", "Gson's toJson(body), without null members,", compact, gson_html, JsonNumbers::as_written, true),
    documented(other_style("dotnet", ".NET's JsonSerializer.Serialize (System.Text.Json)", compact, dotnet_default, JsonNumbers::as_written)),
    documented(other_style("dotnet-relaxed", ".NET's JsonSerializer.Serialize with UnsafeRelaxedJsonEscaping", compact, dotnet_relaxed, JsonNumbers::as_written)),
    documented(with_dates(other_style("newtonsoft", ".NET's JsonConvert.SerializeObject (Json.NET)", compact, newtonsoft_strings, JsonNumbers::newtonsoft))),
    other_style("jsonb", "a PostgreSQL jsonb or MySQL JSON column", spaced, postgres, JsonNumbers::numeric, Order::shortest_first),
    spacing_style("go-compact", "a formatter without whitespace", compact),
    javascript_style("js-indent-2", "JavaScript's JSON.stringify(body, null, 2)", two_spaces),
    python_style("python-raw", "Python's json.dumps(body, ensure_ascii=False)", spaced, python_utf8),
    python_style("python-raw-compact", "Python's json.dumps(body, ensure_ascii=False, separators=(',', ':'))", compact, python_utf8),
    python_style("python-sorted", "Python's json.dumps(body, sort_keys=True)", spaced, python_ascii, Order::sorted),
    python_style("python-compact-sorted", "Python's json.dumps(body, sort_keys=True, separators=(',', ':'))", compact, python_ascii, Order::sorted),
    rare(python_style("python-raw-sorted", "Python's json.dumps(body, sort_keys=True, ensure_ascii=False)", spaced, python_utf8, Order::sorted)),
    rare(python_style("python-raw-compact-sorted", "Python's json.dumps(body, sort_keys=True, ensure_ascii=False, separators=(',', ':'))", compact, python_utf8, Order::sorted)),
    php_style("php-slashes", "PHP's json_encode($body, JSON_UNESCAPED_SLASHES)", compact, php_unescaped_slashes),
    rare(php_style("php-unicode", "PHP's json_encode($body, JSON_UNESCAPED_UNICODE)", compact, php_unescaped_unicode)),
    php_style("php-slashes-unicode", "PHP's json_encode($body, JSON_UNESCAPED_SLASHES | JSON_UNESCAPED_UNICODE)", compact, php_unescaped_both),
    rare(php_style("php-object", "PHP's json_encode of an object", compact, php_all, PhpDecoding::objects)),
    rare(php_style("php-slashes-object", "PHP's json_encode of an object, with JSON_UNESCAPED_SLASHES", compact, php_unescaped_slashes, PhpDecoding::objects)),
    rare(php_style("php-slashes-unicode-object", "PHP's json_encode of an object, with JSON_UNESCAPED_SLASHES | JSON_UNESCAPED_UNICODE", compact, php_unescaped_both, PhpDecoding::objects)),
    rare(php_style("php-fraction", "PHP's json_encode($body, JSON_UNESCAPED_SLASHES | JSON_UNESCAPED_UNICODE | JSON_PRESERVE_ZERO_FRACTION)", compact, php_unescaped_both, PhpDecoding::arrays, JsonNumbers::php_fraction)),
    rare(go_style("go-encoder", "Go's json.Encoder", compact, go_html, true)),
    rare(go_style("go-encoder-raw", "Go's json.Encoder with SetEscapeHTML(false)", compact, go_raw, true)),
    rare(spacing_style("go-raw-message", "Go's json.Marshal of a json.RawMessage", compact, go_message)),
    rare(gson_style("gson-tree", "Gson's JsonElement.toString()", compact, gson_plain, JsonNumbers::as_written, false)),
    rare(gson_style("gson-map", "Gson's toJson of a map", compact, gson_html, JsonNumbers::java_doubles, true)),
    rare(jackson_style("jackson-ascii", "Jackson's writeValueAsString with ESCAPE_NON_ASCII", compact, jackson_ascii)),
    javascript_style("js-indent-4", "JavaScript's JSON.stringify(body, null, 4)", four_spaces),
    rare(javascript_style("js-tab", "JavaScript's JSON.stringify(body, null, \"\\t\")", tabs)),
    rare(python_style("python-indent-2", "Python's json.dumps(body, indent=2)", two_spaces, python_ascii)),
    python_style("python-indent-4", "Python's json.dumps(body, indent=4)", four_spaces, python_ascii),
    rare(python_style("python-raw-indent-2", "Python's json.dumps(body, indent=2, ensure_ascii=False)", two_spaces, python_utf8)),
    rare(python_style("python-raw-indent-4", "Python's json.dumps(body, indent=4, ensure_ascii=False)", four_spaces, python_utf8)),
    rare(python_style("python-sorted-indent-2", "Python's json.dumps(body, indent=2, sort_keys=True)", two_spaces, python_ascii, Order::sorted)),
    rare(python_style("python-sorted-indent-4", "Python's json.dumps(body, indent=4, sort_keys=True)", four_spaces, python_ascii, Order::sorted)),
    php_style("php-pretty", "PHP's json_encode($body, JSON_PRETTY_PRINT)", four_spaces, php_all),
    rare(php_style("php-pretty-slashes-unicode", "PHP's json_encode($body, JSON_PRETTY_PRINT | JSON_UNESCAPED_SLASHES | JSON_UNESCAPED_UNICODE)", four_spaces, php_unescaped_both)),
    rare(go_style("go-indent-2", "Go's json.MarshalIndent with two spaces", two_spaces)),
    rare(go_style("go-indent-4", "Go's json.MarshalIndent with four spaces", four_spaces)),
    rare(go_style("go-tab", "Go's json.MarshalIndent with tabs", tabs)),
    ruby_style("ruby-pretty", "Ruby's JSON.pretty_generate(body)", ruby_pretty),
    rare(jackson_style("jackson-pretty", "Jackson's pretty printer", jackson_pretty)),
    rare(gson_style("gson-pretty", "Gson's pretty printer", two_spaces, gson_html, JsonNumbers::as_written, true)),
    rare(documented(spacing_style("spaced", "a formatter with spaces after commas and colons", spaced))),
    rare(documented(spacing_style("indent-2", "a formatter with two spaces", two_spaces))),
    rare(documented(spacing_style("indent-4", "a formatter with four spaces", four_spaces))),
    rare(documented(spacing_style("indent-tab", "a formatter with tabs", tabs))),
    rare(sorted(javascript_style("js-sorted", "JavaScript's JSON.stringify of sorted keys", compact), Order::javascript_sorted)),
    rare(sorted(javascript_style("js-stable", "a canonical JSON library (RFC 8785, json-stable-stringify)", compact), Order::sorted_utf16)),
    alone(with_strings(javascript_style("js-html", "JavaScript's JSON.stringify with < > & escaped", compact), js_html)),
    alone(with_strings(javascript_style("js-serialize", "JavaScript's serialize-javascript", compact), js_serialize)),
    rare(php_style("php-hex", "Symfony's JsonResponse (JSON_HEX_TAG and its like)", compact, php_hex)),
    rare(documented(other_style("drf", "Django REST framework's JSONRenderer", compact, drf_strings, JsonNumbers::python))),
    alone(other_style("ujson", "Python's ujson.dumps(body)", compact, python_ascii_slashes, JsonNumbers::ujson)),
    alone(other_style("rapidjson", "Python's rapidjson.dumps(body)", compact, rapid_strings, JsonNumbers::python)),
    rare(documented(other_style("orjson", "Python's orjson or pydantic, or Rust's serde_json with preserve_order", compact, strict, JsonNumbers::serde))),
    rare(documented(other_style("serde", "Rust's serde_json::to_string of a Value", compact, strict, JsonNumbers::serde, Order::sorted))),
    rare(with_numbers(go_style("go-number", "Go's json.Marshal with UseNumber", compact), JsonNumbers::as_written)),
    alone(documented(other_style("ruby-script-safe", "Ruby's JSON.generate(body, script_safe: true)", compact, ruby_script_safe, JsonNumbers::ruby))),
    alone(other_style("ruby-ascii", "Ruby's JSON.generate(body, ascii_only: true)", compact, ruby_ascii, JsonNumbers::ruby)),
    alone(documented(other_style("swift", "Swift's JSONSerialization with sorted keys", compact, slashes, JsonNumbers::as_written, Order::sorted))),
    rare(without_nulls(other_style("jackson-non-null", "Jackson's writeValueAsString with NON_NULL", compact, jackson_utf8, JsonNumbers::java))),
    rare(other_style("jackson-sorted", "Jackson's writeValueAsString with sorted keys", compact, jackson_utf8, JsonNumbers::java, Order::sorted_utf16)),
    rare(gson_style("gson-plain", "Gson's toJson with disableHtmlEscaping", compact, gson_plain, JsonNumbers::as_written, true)),
    alone(gson_style("gson-nulls", "Gson's toJson with serializeNulls", compact, gson_html, JsonNumbers::as_written, false)),
    rare(other_style("perl-xs", "Perl's JSON with canonical keys", compact, strict, JsonNumbers::perl, Order::sorted)),
    alone(other_style("perl-xs-ascii", "Perl's JSON with ascii and canonical", compact, ruby_ascii, JsonNumbers::perl, Order::sorted)),
    rare(other_style("jq", "jq -c (1.6)", compact, jq_strings, JsonNumbers::jq)),
    rare(other_style("jq-pretty", "jq (1.6)", two_spaces, jq_strings, JsonNumbers::jq)),
    rare(other_style("jq-sorted", "jq -cS (1.6)", compact, jq_strings, JsonNumbers::jq, Order::sorted)),
    alone(other_style("jq-ascii", "jq -ca (1.6)", compact, jq_ascii, JsonNumbers::jq)),
    rare(documented(other_style("jq-1.7", "jq -c", compact, jq_strings, JsonNumbers::as_written))),
    rare(documented(other_style("jq-1.7-pretty", "jq", two_spaces, jq_strings, JsonNumbers::as_written))),
    alone(documented(other_style("jq-1.7-sorted", "jq -cS", compact, jq_strings, JsonNumbers::as_written, Order::sorted))),
    alone(other_style("jsonb-pretty", "PostgreSQL's jsonb_pretty", four_spaces_broken, postgres, JsonNumbers::numeric, Order::shortest_first)),
    rare(documented(other_style("dotnet-indented", ".NET's JsonSerializer.Serialize with WriteIndented", two_spaces, dotnet_default, JsonNumbers::as_written))),
    alone(documented(other_style("dotnet-indented-windows", ".NET's JsonSerializer.Serialize with WriteIndented, on Windows", two_spaces_crlf, dotnet_default, JsonNumbers::as_written))),
    alone(documented(other_style("dotnet-relaxed-indented", ".NET's JsonSerializer.Serialize with UnsafeRelaxedJsonEscaping and WriteIndented", two_spaces, dotnet_relaxed, JsonNumbers::as_written))),
    alone(documented(other_style("dotnet-doubles", ".NET's JsonSerializer.Serialize of a class with double properties", compact, dotnet_default, JsonNumbers::dotnet))),
    alone(documented(other_style("newtonsoft-no-dates", "Json.NET with DateParseHandling.None", compact, newtonsoft_strings, JsonNumbers::newtonsoft))),
    rare(documented(without_nulls(with_dates(other_style("newtonsoft-no-nulls", "Json.NET with NullValueHandling.Ignore", compact, newtonsoft_strings, JsonNumbers::newtonsoft))))),
    rare(documented(without_nulls(other_style("dotnet-no-nulls", "System.Text.Json with WhenWritingNull", compact, dotnet_default, JsonNumbers::as_written)))),
    rare(documented(with_dates(other_style("newtonsoft-indented", "Json.NET's JToken.ToString() or Formatting.Indented", two_spaces, newtonsoft_strings, JsonNumbers::newtonsoft)))),
    alone(documented(with_dates(other_style("newtonsoft-indented-windows", "Json.NET's JToken.ToString() on Windows", two_spaces_crlf, newtonsoft_strings, JsonNumbers::newtonsoft)))),
    alone(documented(with_dates(other_style("newtonsoft-ascii", "Json.NET with StringEscapeHandling.EscapeNonAscii", compact, newtonsoft_ascii, JsonNumbers::newtonsoft)))),
    alone(documented(with_dates(other_style("newtonsoft-html", "Json.NET with StringEscapeHandling.EscapeHtml", compact, newtonsoft_html, JsonNumbers::newtonsoft)))),
    repr_style(alone(documented(other_style("java-map", "Java's map.toString()", java_map, bare, JsonNumbers::java))), "true", "false", "null"),
    repr_style(python_style("python-str", "Python's str(body)", spaced, python_repr), "True", "False", "None"),
    repr_style(ruby_style("ruby-inspect", "Ruby's body.to_s", ruby_inspect, ruby_quoted), "true", "false", "nil"),
    rare(documented(repr_style(ruby_style("ruby-3.4-inspect", "Ruby's body.to_s (3.4 and later)", ruby_34_inspect, ruby_quoted), "true", "false", "nil"))),
};
// clang-format on

}  // namespace

std::span<const JsonStyle> json_styles() { return styles; }

const JsonStyle& json_style(std::string_view id) { return *std::ranges::find(styles, id, &JsonStyle::id); }

}  // namespace alohook
