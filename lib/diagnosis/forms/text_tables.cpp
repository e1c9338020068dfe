// The forms of a body that need no parsing, as tables. Each row is one way in which real-world code changes a body.
#include "diagnosis/forms/text_tables.h"

#include "base/codec.h"
#include "base/text.h"
#include "base/utf16.h"
#include "diagnosis/forms/charsets.h"
#include "diagnosis/forms/normalization.h"
#include "diagnosis/forms/text_forms.h"
#include "diagnosis/forms/url_forms.h"
#include "diagnosis/inflate.h"
#include "diagnosis/json/json_styles.h"
#include "json/json_string.h"
#include "json/json_text.h"
#include "signing/secret_check.h"

namespace alohook {
namespace {

using enum CauseId;

constexpr std::size_t largest_decompressed = std::size_t{32} << 20;
constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

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

/// Returns the body as a single JSON string, as the library of this style writes it.
std::optional<std::string> json_string_of(std::string_view body, std::string_view style) {
  std::string out;
  if (!JsonStringWriter(json_style(style).strings).append(out, quote_json_string(body))) return std::nullopt;
  return out;
}

constexpr std::string_view python_path_unreserved = "_.-~/";
constexpr std::string_view js_unreserved = "-_.!~*'()";

// Each form is a lambda that takes the body and returns what was signed. This keeps the tables readable.
using Text = std::string_view;
using Made = std::optional<std::string>;

// clang-format off
constexpr TextForm all_missing[] = {
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
    {body_missing, "Python's empty dictionary or PHP's empty array, []", [](Text) -> Made { return "[]"; }, true},
    {body_missing, "the text Array (PHP)", [](Text) -> Made { return "Array"; }, false, true},
    {body_missing, "the text System.Byte[] (.NET)", [](Text) -> Made { return "System.Byte[]"; }, false, true},
    {body_missing, "the text System.IO.MemoryStream (.NET)", [](Text) -> Made { return "System.IO.MemoryStream"; }, false, true},
    {body_missing, "the text System.Text.Json.JsonElement (.NET)", [](Text) -> Made { return "System.Text.Json.JsonElement"; }, false, true},
    {body_missing, "the text System.Object (.NET)", [](Text) -> Made { return "System.Object"; }, false, true},
    {body_missing, "the text [object ArrayBuffer]", [](Text) -> Made { return "[object ArrayBuffer]"; }, false, true},
    {body_missing, "the text [object Uint8Array]", [](Text) -> Made { return "[object Uint8Array]"; }, false, true},
    {body_missing, "the text [object Blob]", [](Text) -> Made { return "[object Blob]"; }, false, true},
    {body_missing, "the text NaN", [](Text) -> Made { return "NaN"; }, false, true},
    {body_missing, "the text false", [](Text) -> Made { return "false"; }, false, true},
    {body_missing, "the text true", [](Text) -> Made { return "true"; }, false, true},
    {body_missing, "the text <nil>", [](Text) -> Made { return "<nil>"; }, false, true},
    {body_missing, "Go's empty map, map[]", [](Text) -> Made { return "map[]"; }, false, true},
    {body_missing, "the text body", [](Text) -> Made { return "body"; }, false, true},
};
// clang-format on

// clang-format off
constexpr TextForm all_newlines[] = {
    {body_newlines, "the body with a newline added at its end",
     [](Text b) -> Made { return std::string(b) + "\n"; }},
    {body_newlines, "the body without the newline at its end",
     [](Text b) -> Made { return without_last_line_end(b); }},
    {body_newlines, "the body without the whitespace around it",
     [](Text b) -> Made { return std::string(trimmed(b)); }},
    {body_newlines, "the body with CR LF added at its end",
     [](Text b) -> Made { return std::string(b) + "\r\n"; }},
    {body_newlines, "the body with CR LF instead of LF", [](Text b) -> Made { return with_crlf(b); }},
    {body_newlines, "the body with LF instead of CR LF", [](Text b) -> Made { return with_lf(b); }},
    {body_newlines, "the body without its newlines, as curl -d sends it",
     [](Text b) -> Made { return without_line_ends(b); }},
};
// clang-format on

// clang-format off
constexpr TextForm all_changed[] = {
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
// clang-format on

// These only change bodies with bytes from 0x80 on.
// clang-format off
constexpr TextForm all_charsets[] = {
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
    {body_charset, "the body with U+FFFD where it isn't UTF-8", [](Text b) -> Made { return decode_lossy(b, IllFormed::maximal_part, "\xEF\xBF\xBD"); }},
    {body_charset, "the body without what isn't UTF-8", [](Text b) -> Made { return decode_lossy(b, IllFormed::maximal_part, ""); }},
    {body_charset, "the body with U+FFFD for every byte that isn't UTF-8, as Go writes it", [](Text b) -> Made { return decode_lossy(b, IllFormed::byte, "\xEF\xBF\xBD"); }},
    {body_charset, "the body with U+FFFD for every run of bytes that isn't UTF-8", [](Text b) -> Made { return decode_lossy(b, IllFormed::run, "\xEF\xBF\xBD"); }, false, true},
    {body_charset, "the body with ? where it isn't UTF-8", [](Text b) -> Made { return decode_lossy(b, IllFormed::maximal_part, "?"); }},
    {body_charset, "the body with ? for every byte that isn't UTF-8", [](Text b) -> Made { return decode_lossy(b, IllFormed::byte, "?"); }, false, true},
    {body_charset, "the body with ? for every run of bytes that isn't UTF-8", [](Text b) -> Made { return decode_lossy(b, IllFormed::run, "?"); }, false, true},
    {body_charset, "the body with \\ufffd where it isn't UTF-8", [](Text b) -> Made { return decode_lossy(b, IllFormed::maximal_part, "\\ufffd"); }, false, true},
    {body_charset, "the body with \\ufffd for every byte that isn't UTF-8", [](Text b) -> Made { return decode_lossy(b, IllFormed::byte, "\\ufffd"); }, false, true},
    {body_charset, "the body with spaces where it isn't UTF-8", [](Text b) -> Made { return decode_lossy(b, IllFormed::maximal_part, " "); }, false, true},
    {body_charset, "the body without its characters beyond U+FFFF (emoji), as MySQL's utf8 drops them", [](Text b) -> Made { return without_supplementary(b, ""); }},
    {body_charset, "the body with ? for its characters beyond U+FFFF (emoji)", [](Text b) -> Made { return without_supplementary(b, "?"); }},
    {body_charset, "the body with ???? for its characters beyond U+FFFF (emoji)", [](Text b) -> Made { return without_supplementary(b, "????"); }, false, true},
    {body_charset, "the body with U+FFFD for its characters beyond U+FFFF (emoji)", [](Text b) -> Made { return without_supplementary(b, "\xEF\xBF\xBD"); }, false, true},
    {body_charset, "the body with two U+FFFD for its characters beyond U+FFFF (emoji)", [](Text b) -> Made { return without_supplementary(b, "\xEF\xBF\xBD\xEF\xBF\xBD"); }, false, true},
    {body_charset, "the body in ASCII, ? for every other UTF-16 unit, as .NET's Encoding.ASCII writes it", [](Text b) -> Made { return question_marks_by_unit(b, 0x80); }},
    {body_charset, "the body in Latin-1, ? for every other UTF-16 unit, as .NET writes it", [](Text b) -> Made { return question_marks_by_unit(b, 0x100); }, false, true},
    {body_charset, "the body in Latin-1 without what doesn't fit", [](Text b) { return single_byte_from_utf8(b, SingleByte::latin1, 0); }, false, true},
    {body_charset, "the body in Windows-1252 without what doesn't fit", [](Text b) { return single_byte_from_utf8(b, SingleByte::windows1252, 0); }, false, true},
    {body_charset, "the body in ASCII with &#233; for other characters", [](Text b) -> Made { return escaped_to_ascii(b, AsciiEscape::xml); }, false, true},
    {body_charset, "the body in ASCII with Python's \\xe9 for other characters", [](Text b) -> Made { return escaped_to_ascii(b, AsciiEscape::python); }, false, true},
    {body_charset, "the body in ASCII with \\u00e9 for other characters", [](Text b) -> Made { return escaped_to_ascii(b, AsciiEscape::java); }},
    {body_charset, "the body in CESU-8, as Oracle and Java write emoji", [](Text b) -> Made { return cesu8_from_utf8(b); }, false, true},
    {body_charset, "the body read as Latin-1 and written as UTF-8 twice", [](Text b) -> Made { return utf8_from_single_byte(utf8_from_single_byte(b, SingleByte::latin1), SingleByte::latin1); }, false, true},
    {body_charset, "the body read as Windows-1252 and written as UTF-8 twice", [](Text b) -> Made { return utf8_from_single_byte(utf8_from_single_byte(b, SingleByte::windows1252), SingleByte::windows1252); }, false, true},
    {body_charset, "the body with plain quotes, dashes and spaces for typographic ones", [](Text b) -> Made { return with_plain_punctuation(b); }},
    {body_charset, "the body without its invisible characters", [](Text b) -> Made { return without_hidden_characters(b); }},
    {body_normalised, "the body in Unicode's form NFC",
     [](Text b) -> Made { return is_utf8(b) ? Made(to_nfc(b)) : std::nullopt; }},
    {body_normalised, "the body in Unicode's form NFD",
     [](Text b) -> Made { return is_utf8(b) ? Made(to_nfd(b)) : std::nullopt; }},
};
// clang-format on

}  // namespace

std::span<const TextForm> newline_forms() { return all_newlines; }
std::span<const TextForm> missing_forms() { return all_missing; }
std::span<const TextForm> changed_forms() { return all_changed; }
std::span<const TextForm> charset_forms() { return all_charsets; }

}  // namespace alohook
