#include "diagnosis/forms/body_forms.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/codec.h"
#include "base/text.h"
#include "base/visible.h"
#include "diagnosis/forms/charsets.h"
#include "diagnosis/forms/normalization.h"
#include "diagnosis/forms/text_forms.h"
#include "diagnosis/forms/url_forms.h"
#include "diagnosis/inflate.h"
#include "diagnosis/json/json_styles.h"

namespace alohook {
namespace {

using enum CauseId;

constexpr std::size_t most_parts = 32;
constexpr std::size_t longest_key_shown = 40;
constexpr std::size_t largest_decompressed = std::size_t{32} << 20;
constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

/// The forms that need no parsing: a cause, what was signed, and how to make it.
struct TextForm {
  CauseId cause;
  std::string_view note;
  std::optional<std::string> (*make)(std::string_view body);
  bool rare = false;
};

std::optional<std::string> without_prefix(std::string_view text, std::string_view prefix) {
  if (!text.starts_with(prefix)) return std::nullopt;
  return std::string(text.substr(prefix.size()));
}

std::optional<std::string> unquoted_json(std::string_view text) {
  JsonText::Limits limits;
  limits.record_depth = 1;
  const auto json = JsonText::parse(text, limits);
  if (!json || json->kind(JsonText::root) != JsonText::Kind::string) return std::nullopt;
  return unescape_json_string(json->raw(JsonText::root));
}

/// JSON text of the body as one string, as the library of this style writes it.
std::optional<std::string> json_string_of(std::string_view body, std::string_view style) {
  std::string out;
  if (!JsonStringWriter(json_style(style).strings).append(out, quote_json_string(body))) return std::nullopt;
  return out;
}

constexpr std::string_view python_unreserved = "_.-~";
constexpr std::string_view python_path_unreserved = "_.-~/";
constexpr std::string_view js_unreserved = "-_.!~*'()";

// A lambda for each form keeps the table readable: it takes the body and returns what was signed.
using Text = std::string_view;
using Made = std::optional<std::string>;

constexpr TextForm missing_forms[] = {
    {body_missing, "an empty body", [](Text) -> Made { return ""; }},
    {body_missing, "the text [object Object]", [](Text) -> Made { return "[object Object]"; }},
    {body_missing, "the text undefined", [](Text) -> Made { return "undefined"; }},
    {body_missing, "the empty object {}", [](Text) -> Made { return "{}"; }},
    {body_missing, "the text null", [](Text) -> Made { return "null"; }},
    {body_missing, "the text None", [](Text) -> Made { return "None"; }},
    {body_missing, "Python's empty byte string b''", [](Text) -> Made { return "b''"; }},
    {body_missing, "the empty string \"\"", [](Text) -> Made { return "\"\""; }, true},
    {body_missing, "the text nil", [](Text) -> Made { return "nil"; }, true},
    {body_missing, "the text [object Promise]", [](Text) -> Made { return "[object Promise]"; }, true},
    {body_missing, "the text [object ReadableStream]", [](Text) -> Made { return "[object ReadableStream]"; },
     true},
};

constexpr TextForm newline_forms[] = {
    {body_newlines, "the body with a line feed added at its end",
     [](Text b) -> Made { return std::string(b) + "\n"; }},
    {body_newlines, "the body without the line end at its end",
     [](Text b) -> Made { return without_last_line_end(b); }},
    {body_newlines, "the body without the white space around it",
     [](Text b) -> Made { return std::string(trimmed(b)); }},
    {body_newlines, "the body with CR LF added at its end",
     [](Text b) -> Made { return std::string(b) + "\r\n"; }},
    {body_newlines, "the body with CR LF instead of LF", [](Text b) -> Made { return with_crlf(b); }},
    {body_newlines, "the body with LF instead of CR LF", [](Text b) -> Made { return with_lf(b); }},
    {body_newlines, "the body without its line ends, as curl -d sends it",
     [](Text b) -> Made { return without_line_ends(b); }},
};

constexpr TextForm changed_forms[] = {
    {body_base64, "the body encoded as Base64", [](Text b) -> Made { return base64_encode(b); }},
    {body_base64, "the body decoded from Base64",
     [](Text b) -> Made { return base64_decode_lenient(trimmed(b)); }},
    {body_base64, "the body encoded as Base64 in lines",
     [](Text b) -> Made { return base64_in_lines(b, 76); }, true},
    {body_base64, "the body encoded as Base64 in lines of 60",
     [](Text b) -> Made { return base64_in_lines(b, 60); }, true},
    {body_double_encoded, "the body as JSON.stringify(text) writes it",
     [](Text b) { return json_string_of(b, "js"); }},
    {body_double_encoded, "the body as json.dumps(text) writes it",
     [](Text b) { return json_string_of(b, "python"); }},
    {body_double_encoded, "the body as json_encode($text) writes it",
     [](Text b) { return json_string_of(b, "php"); }, true},
    {body_double_encoded, "the body taken out of its JSON string", [](Text b) { return unquoted_json(b); }},
    {body_repr, "the body as Python prints bytes, b'…'", [](Text b) -> Made { return python_bytes(b); }},
    {body_repr, "the body as JSON.stringify prints a Buffer",
     [](Text b) -> Made { return javascript_buffer(b); }},
    {body_bom, "the body with a byte order mark before it",
     [](Text b) -> Made { return std::string(byte_order_mark) += b; }},
    {body_bom, "the body without its byte order mark",
     [](Text b) { return without_prefix(b, byte_order_mark); }},
    {body_url_encoded, "the body as quote(text) writes it",
     [](Text b) -> Made { return url_encode(b, python_path_unreserved, UrlSpace::percent); }},
    {body_url_encoded, "the body as quote_plus(text) writes it",
     [](Text b) -> Made { return url_encode(b, python_unreserved, UrlSpace::plus); }},
    {body_url_encoded, "the body as encodeURIComponent(text) writes it",
     [](Text b) -> Made { return url_encode(b, js_unreserved, UrlSpace::percent); }},
    {body_url_encoded, "the body percent-encoded throughout",
     [](Text b) -> Made { return url_encode(b, python_unreserved, UrlSpace::percent); }, true},
    {body_url_encoded, "the body as the form field payload=…",
     [](Text b) -> Made { return "payload=" + url_encode(b, python_unreserved, UrlSpace::plus); }},
    {body_url_encoded, "the body after payload=, not encoded",
     [](Text b) -> Made { return "payload=" + std::string(b); }, true},
    {body_url_encoded, "the body decoded from URL encoding",
     [](Text b) -> Made { return url_decode(b, UrlSpace::plus); }},
    {body_url_encoded, "the body decoded from URL encoding, + kept",
     [](Text b) -> Made { return url_decode(b, UrlSpace::percent); }, true},
    {body_url_encoded, "the body taken out of its form field payload=…",
     [](Text b) -> Made {
       const auto value = without_prefix(b, "payload=");
       return value ? Made(url_decode(*value, UrlSpace::plus)) : std::nullopt;
     }},
    {body_compressed, "the body decompressed", [](Text b) { return decompress(b, largest_decompressed); }},
};

// Only bodies with bytes from 0x80 up are changed by these.
constexpr TextForm charset_forms[] = {
    {body_charset, "the body read as Latin-1 and written as UTF-8",
     [](Text b) -> Made { return utf8_from_single_byte(b, SingleByte::latin1); }},
    {body_charset, "the body read as Windows-1252 and written as UTF-8",
     [](Text b) -> Made { return utf8_from_single_byte(b, SingleByte::windows1252); }},
    {body_charset, "the body in Latin-1, ? for what does not fit",
     [](Text b) { return single_byte_from_utf8(b, SingleByte::latin1, '?'); }},
    {body_charset, "the body in Windows-1252, ? for what does not fit",
     [](Text b) { return single_byte_from_utf8(b, SingleByte::windows1252, '?'); }, true},
    {body_charset, "the body in ASCII, ? for every other character",
     [](Text b) -> Made { return ascii_from_utf8(b, "?"); }},
    {body_charset, "the body without its characters that are not ASCII",
     [](Text b) -> Made { return ascii_from_utf8(b, ""); }},
    {body_charset, "the body with U+FFFD for every byte that is not ASCII",
     [](Text b) -> Made { return ascii_from_bytes(b, "\xEF\xBF\xBD"); }},
    {body_charset, "the body in ASCII, ? for every other byte",
     [](Text b) -> Made { return ascii_from_bytes(b, "?"); }, true},
    {body_charset, "the body with U+FFFD for every character that is not ASCII",
     [](Text b) -> Made { return ascii_from_utf8(b, "\xEF\xBF\xBD"); }, true},
    {body_charset, "the body with each character's lowest byte",
     [](Text b) -> Made { return lowest_bytes(b); }, true},
    {body_charset, "the body in UTF-16, little-endian",
     [](Text b) -> Made { return utf16_from_utf8(b, ByteOrder::little); }},
    {body_charset, "the body in UTF-16, little-endian, with a byte order mark",
     [](Text b) -> Made { return "\xFF\xFE" + utf16_from_utf8(b, ByteOrder::little); }, true},
    {body_charset, "the body in UTF-16, big-endian",
     [](Text b) -> Made { return utf16_from_utf8(b, ByteOrder::big); }, true},
    {body_normalised, "the body in Unicode's form NFC",
     [](Text b) -> Made { return is_utf8(b) ? Made(to_nfc(b)) : std::nullopt; }},
    {body_normalised, "the body in Unicode's form NFD",
     [](Text b) -> Made { return is_utf8(b) ? Made(to_nfd(b)) : std::nullopt; }},
};

void add(std::vector<BodyForm>& forms, std::span<const TextForm> texts, const BodySource& source) {
  for (const TextForm& text : texts) {
    forms.push_back({text.cause, none, std::string(text.note),
                     [&source, make = text.make] { return make(source.text()); }, text.rare});
  }
}

void add_styles(std::vector<BodyForm>& forms, const BodySource& source) {
  for (const JsonStyle& style : json_styles()) {
    forms.push_back({style.is_json ? body_reserialised : body_repr, none,
                     fmt::format("the body as {} writes it", style.title),
                     [&source, &style] { return write_json(source.tree(style.duplicates), style); },
                     style.rare});
  }
}

/// The likelier styles as above with a line feed at the end.
void add_styles_with_newline(std::vector<BodyForm>& forms, const BodySource& source) {
  for (const JsonStyle& style : json_styles()) {
    if (!style.is_json || style.rare) continue;
    forms.push_back({body_reserialised, body_newlines,
                     fmt::format("the body as {} writes it, and a line feed", style.title),
                     [&source, &style] {
                       auto text = write_json(source.tree(style.duplicates), style);
                       if (text) *text += '\n';
                       return text;
                     },
                     true});
  }
}

void add_parts(std::vector<BodyForm>& forms, const BodySource& source) {
  const JsonTree& tree = source.tree(JsonTree::Duplicates::last_wins);
  if (tree.root().kind != JsonText::Kind::object) return;
  const auto members = tree.children(tree.root());
  for (const JsonTree::Node& member : members.first(std::min(members.size(), most_parts))) {
    const std::string note =
        fmt::format("the body's member {} alone", visible(member.raw_key.substr(0, longest_key_shown)));
    forms.push_back({body_part, none, note, [&member] { return std::string(member.raw); }});
    if (member.kind == JsonText::Kind::string) {
      forms.push_back({body_part, none, note + ", without quotes",
                       [&member] { return unescape_json_string(member.raw); }});
    }
    if (member.child_count == 0) continue;
    for (const std::string_view id : {"js", "python", "php", "ruby", "go", "rails"}) {
      const JsonStyle& style = json_style(id);
      forms.push_back({body_part, body_reserialised, fmt::format("{}, as {} writes it", note, style.title),
                       [&tree, &member, &style] { return write_json(tree, member, style); }, true});
    }
  }
}

}  // namespace

BodySource::BodySource(std::string_view body)
    : text_(body),
      has_non_ascii_(std::ranges::any_of(body, [](char c) { return static_cast<unsigned char>(c) >= 0x80; })),
      json_(JsonText::parse(body)) {}

const JsonTree& BodySource::tree(JsonTree::Duplicates duplicates) const {
  if (!last_wins_) last_wins_ = std::make_unique<JsonTree>(*json_, JsonTree::Duplicates::last_wins);
  if (duplicates == JsonTree::Duplicates::last_wins || !last_wins_->dropped_duplicates()) return *last_wins_;
  if (!kept_) kept_ = std::make_unique<JsonTree>(*json_, JsonTree::Duplicates::kept);
  return *kept_;
}

std::vector<BodyForm> body_forms(const BodySource& source) {
  std::vector<BodyForm> forms;
  forms.push_back({.make = [&source] { return std::string(source.text()); }});
  add(forms, newline_forms, source);
  add(forms, missing_forms, source);
  if (source.json() != nullptr) {
    add_styles(forms, source);
    add_parts(forms, source);
  }
  add(forms, changed_forms, source);
  if (source.has_non_ascii()) add(forms, charset_forms, source);
  if (source.json() != nullptr) add_styles_with_newline(forms, source);
  return forms;
}

}  // namespace alohook
