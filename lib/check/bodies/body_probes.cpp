#include "check/bodies/body_probes.h"

namespace alohook {
namespace {

using enum BodyProbe::Trait;
using enum BodyProbe::End;

// Every key begins with "a" and is different, so that all probes of a check fit into one body, and so that only
// raw-key-order notices software that sorts keys.
constexpr BodyProbe all_body_probes[] = {
    {"raw-whitespace", "spaces after colons and commas", R"("a1": [1, 2], "a2": {"a": 1}, )"},
    {"raw-whitespace", "newlines and four spaces, as ALO prints its sample", "\n    \"a3\": 1,\n    "},
    {"raw-whitespace", "spaces and tabs in odd places", " \"a4\" :\t[ 1 ,2 ] , "},
    {"raw-newlines", "LF at its end", "", plain, lf},
    {"raw-newlines", "CRLF between its members", "\r\n  \"a1\":1,\r\n  "},
    {"raw-newlines", "CRLF at its end", "", plain, crlf},

    {"raw-unicode", "é in UTF-8", "\"a01\":\"caf\u00E9\","},
    {"raw-unicode", "an emoji in UTF-8", "\"a02\":\"\U0001F600\","},
    {"raw-unicode", "é as e and a combining accent (NFD)", "\"a03\":\"cafe\u0301\","},
    {"raw-unicode", "the line separator U+2028", "\"a04\":\"\u2028\","},
    {"raw-unicode", "raw < > &", R"("a05":"1 < 2 & 3 > 2",)"},
    {"raw-unicode", "a no-break space (U+00A0)", "\"a06\":\"10\u00A0km\","},
    {"raw-unicode", "an ideographic space (U+3000)", "\"a07\":\"1\u30002\","},
    {"raw-unicode", "a zero-width space (U+200B)", "\"a08\":\"zero\u200Bwidth\","},
    {"raw-unicode", "a zero-width joiner (U+200D)", "\"a09\":\"\U0001F468\u200D\U0001F469\","},
    {"raw-unicode", "a soft hyphen (U+00AD)", "\"a10\":\"soft\u00ADhyphen\","},
    {"raw-unicode", "a byte order mark (U+FEFF) in a string", "\"a11\":\"in\uFEFFside\","},
    {"raw-unicode", "a right-to-left mark (U+200F)", "\"a12\":\"rtl\u200F\","},
    {"raw-unicode", "typographic quotes", "\"a13\":\"\u201Cquoted\u201D \u2018it\u2019s\u2019\","},
    {"raw-unicode", "dashes and an ellipsis", "\"a14\":\"1\u20132 \u2014 \u2026\","},
    {"raw-unicode", "a Cyrillic look-alike of a", "\"a15\":\"p\u0430yload\","},
    {"raw-unicode", "the ligature ﬁ and a superscript 2 (NFKC)", "\"a16\":\"\uFB01le m\u00B2\","},
    {"raw-unicode", "a fullwidth letter (NFKC)", "\"a17\":\"\uFF21\","},
    {"raw-unicode", "the euro sign (Windows-1252)", "\"a18\":\"10 \u20AC\","},
    {"raw-unicode", "the character DEL (U+007F)", "\"a19\":\"del\x7F.\","},
    {"raw-unicode", "a C1 control character (U+0085)", "\"a20\":\"next\u0085line\","},
    {"raw-unicode", "a private-use character (U+E000)", "\"a21\":\"\uE000\","},
    {"raw-unicode", "the replacement character U+FFFD", "\"a22\":\"\uFFFD\","},

    {"raw-unicode-escapes", R"(é as \u00e9)", R"("a1":"caf\u00e9",)"},
    {"raw-unicode-escapes", R"(é as \u00E9)", R"("a2":"caf\u00E9",)"},
    {"raw-unicode-escapes", R"(an emoji as \ud83d\ude00)", R"("a3":"\ud83d\ude00",)"},
    {"raw-unicode-escapes", R"(< as \u003c)", R"("a4":"1 \u003c 2",)"},
    {"raw-unicode-escapes", R"(A as \u0041)", R"("a5":"\u0041",)"},
    {"raw-unicode-escapes", R"(a newline as \u000a)", R"("a6":"\u000a",)"},
    {"raw-unicode-escapes", R"(an apostrophe as \u0027)", R"("a7":"it\u0027s",)"},
    {"raw-unicode-escapes", R"(\b and \f)", R"("a8":"\b\f",)"},
    {"raw-unicode-escapes", R"(a zero character as \u0000)", R"("a9":"\u0000",)", risky},

    {"raw-escaped-slash", R"(https:\/\/)", R"("a":"https:\/\/alo.invalid\/x",)"},
    {"raw-key-order", "keys that aren't sorted", R"("z":1,"a":2,"_":3,"B":4,)"},
    {"raw-key-order", R"(keys that look like numbers ("10" before "9"))", R"("10":1,"9":2,)"},

    {"raw-numbers", "the number 9007199254740993 (2^53 + 1)", R"("a1":9007199254740993,)"},
    {"raw-numbers", "a number of 20 digits", R"("a2":12345678901234567890,)"},
    {"raw-numbers", "the number 1.0", R"("a3":1.0,)"},
    {"raw-numbers", "the number 1E2", R"("a4":1E2,)"},
    {"raw-numbers", "the number -0", R"("a5":-0,)"},
    {"raw-numbers", "the number 1.10", R"("a6":1.10,)"},
    {"raw-numbers", "the number 0.30000000000000004", R"("a7":0.30000000000000004,)"},
    {"raw-numbers", "the number 1e-7", R"("a8":1e-7,)"},

    {"raw-values", "spaces around a string", R"("a01":" Zoe ",)"},
    {"raw-values", "a space at the end of a string", R"("a02":"Zoe ",)"},
    {"raw-values", "two spaces in a string", R"("a03":"two  spaces",)"},
    {"raw-values", "an empty string", R"("a04":"",)"},
    {"raw-values", "null", R"("a05":null,)"},
    {"raw-values", "null in an array", R"("a06":[null,1],)"},
    {"raw-values", "an empty array", R"("a07":[],)"},
    {"raw-values", "an empty object", R"("a08":{},)"},
    {"raw-values", "true and false", R"("a09":true,"a10":false,)"},
    {"raw-values", "\"true\" in quotes", R"("a11":"true",)"},
    {"raw-values", "\"null\" in quotes", R"("a12":"null",)"},
    {"raw-values", "a number in quotes", R"("a13":"42",)"},
    {"raw-values", "a number with leading zeros in quotes", R"("a14":"007",)"},
    {"raw-values", "a number", R"("a15":42,)"},
    {"raw-values", "a plus sign, as in a phone number", R"("a16":"+49 89 1",)"},
    {"raw-values", "a percent escape", R"("a17":"100%25 %41",)"},
    {"raw-values", "form syntax", R"("a18":"x=1&y=2",)"},
    {"raw-values", "an HTML entity", R"("a19":"&lt;3",)"},
    {"raw-values", "an HTML element", R"("a20":"<b>bold</b>",)"},
    {"raw-values", "an apostrophe", R"("a21":"O'Brien",)"},
    {"raw-values", "a backslash", R"("a22":"C:\\temp",)"},
    {"raw-values", "escaped quotes", R"("a23":"say \"hi\"",)"},
    {"raw-values", "an escaped newline and tab", R"("a24":"one\ntwo\tthree",)"},
    {"raw-values", "an escaped CRLF", R"("a25":"one\r\ntwo",)"},
    {"raw-values", "an e-mail address with capitals", R"("a26":"Zoe@Example.COM",)"},
    {"raw-values", "a URL without a path", R"("a27":"https://alo.invalid",)"},
    {"raw-values", "an http URL", R"("a28":"http://alo.invalid/x",)"},
    {"raw-values", "a time in UTC", R"("a29":"2026-11-25T10:00:00Z",)"},
    {"raw-values", "a time with an offset", R"("a30":"2026-11-25T10:00:00+02:00",)"},
    {"raw-values", "a time with microseconds", R"("a31":"2026-11-25T10:00:01.123456Z",)"},
    {"raw-values", "a time with trailing zeros", R"("a32":"2026-11-25T10:00:01.100Z",)"},
    {"raw-values", "a string of 300 characters",
     R"("a33":"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa)"
     R"(aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa)"
     R"(aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",)"},
    {"raw-values", "the words DROP TABLE", R"("a40":"'; DROP TABLE users",)", suspicious},
    {"raw-values", "the words UNION SELECT", R"("a41":"1 UNION SELECT 2",)", suspicious},
    {"raw-values", "two dashes and a semicolon", R"("a42":"a; b -- c",)", suspicious},
    {"raw-values", "a script element", R"("a43":"<script>alert(1)</script>",)", suspicious},
    {"raw-values", "javascript: in a URL", R"("a44":"javascript:x",)", suspicious},
    {"raw-values", "../ in a path", R"("a45":"../../a..b",)", suspicious},
    {"raw-values", "${…} and {{…}}", R"("a46":"${x} {{7*7}}",)", suspicious},

    {"raw-keys", "a key that begins with $", R"("$id":"x",)"},
    {"raw-keys", "a key in PascalCase", R"("PascalCase":1,)"},
    {"raw-keys", "a key in upper case", R"("UPPER":1,)"},
    {"raw-keys", "a key that begins with _", R"("_id":1,)"},
    {"raw-keys", "a key with a space at its end", R"("a ":1,)"},
    {"raw-keys", "a key with spaces", R"("a b":1,)"},
    {"raw-keys", "a key with a dash", R"("a-b":1,)"},
    {"raw-keys", "a key with a dot", R"("a.b":1,)"},
    {"raw-keys", "a key with brackets", R"("a[b]":1,)"},
    {"raw-keys", "a key in snake_case", R"("a_snake_case":1,)"},
    {"raw-keys", "a key in camelCase", R"("camelCase":1,)"},
    {"raw-keys", "a key beyond ASCII", "\"cl\u00E9\":1,"},
    {"raw-keys", "a nested key that begins with $", R"("d":{"$gt":"x","a.b":1,"camelCase":1},)"},
    {"raw-keys", "the keys password and token", R"("e":{"password":"x1","token":"y2"},)"},
    {"raw-keys", "the key __proto__", R"("__proto__":{"a":1},)", risky},
};

}  // namespace

std::span<const BodyProbe> body_probes() { return all_body_probes; }

}  // namespace alohook
