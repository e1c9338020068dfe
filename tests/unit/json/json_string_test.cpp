#include "json/json_string.h"

#include <nlohmann/json.hpp>
#include <random>
#include <string>

#include "base/codec.h"
#include "base/visible.h"
#include "json/json_text.h"
#include "support/catch.hpp"

using namespace alohook;

namespace {

/// Random text with everything that is difficult in a JSON string.
std::string random_text(std::mt19937& random) {
  const auto pick = [&random](std::uint32_t bound) { return static_cast<std::uint32_t>(random()) % bound; };
  std::string text;
  for (auto left = pick(30); left > 0; --left) {
    switch (pick(5)) {
      case 0:
        append_utf8(text, pick(0x20));
        break;
      case 1:
        text.push_back("\"\\/'<>&"[pick(7)]);
        break;
      case 2:
        append_utf8(text, 0x2000 + pick(0x100));
        break;
      case 3:
        append_utf8(text, pick(0x110000));
        break;
      default:
        append_utf8(text, 0x20 + pick(0x60));
    }
  }
  return text;
}

}  // namespace

TEST_CASE("a string's escapes become its characters") {
  CHECK(unescape_json_string(R"("")").empty());
  CHECK(unescape_json_string(R"("\"\\\/\b\f\n\r\t")") == "\"\\/\b\f\n\r\t");
  CHECK(unescape_json_string(R"("\u0041\u00e9\u20AC")") == "A\xc3\xa9\xe2\x82\xac");
  CHECK(unescape_json_string(R"("\ud83d\ude00!")") == "\xf0\x9f\x98\x80!");
  CHECK(unescape_json_string(R"("a\u0000b")") == std::string("a\0b", 3));
  CHECK(unescape_json_string("\"\xc4\x80LO\"") == "\xc4\x80LO");
}

TEST_CASE("a lone surrogate becomes the replacement character") {
  const std::string replacement = "\xef\xbf\xbd";
  CHECK(unescape_json_string(R"("\ud83d")") == replacement);
  CHECK(unescape_json_string(R"("\ude00x")") == replacement + "x");
  CHECK(unescape_json_string(R"("\ud83d\n")") == replacement + "\n");
  CHECK(unescape_json_string(R"("\ud83d\u0041")") == replacement + "A");
  CHECK(unescape_json_string(R"("\ud83d\ud83d\ude00")") == replacement + "\xf0\x9f\x98\x80");
  CHECK(unescape_json_string(R"("\ude00\ud83d")") == replacement + replacement);
}

TEST_CASE("a quoted string means the same to another JSON parser") {
  std::mt19937 random(7);
  for (int i = 0; i < 3000; ++i) {
    const std::string text = random_text(random);
    const std::string quoted = quote_json_string(text);
    CAPTURE(quoted);
    CHECK(nlohmann::json::parse(quoted).get<std::string>() == text);
    CHECK(unescape_json_string(quoted) == text);
    CHECK(is_plain(quoted));
    CHECK(JsonText::parse(quoted));
  }
}

TEST_CASE("a string's bytes mean the same to another JSON parser at any offset") {
  const auto check = [](const std::string& text) {
    const auto json = JsonText::parse(text);
    if (json.has_value() != nlohmann::json::accept(text)) FAIL("accepted or not: " << hex_encode(text));
    if (json &&
        unescape_json_string(json->raw(JsonText::root)) != nlohmann::json::parse(text).get<std::string>())
      FAIL("another value: " << hex_encode(text));
  };
  for (std::size_t before = 0; before < 17; ++before) {
    for (const std::size_t after : {0U, 1U, 7U, 8U, 16U}) {
      const std::string begin = '"' + std::string(before, 'b'), end = std::string(after, 'e') + '"';
      for (int byte = 0; byte < 256; ++byte) {
        check(begin + static_cast<char>(byte) + end);
        check(begin + '\\' + static_cast<char>(byte) + end);
      }
      for (const std::string_view special : {"\u00e9", "\u20ac", "\U0001f6b0", "\xc3", "\xe2\x82", "\xc0\x80",
                                             "\\u00e9", "\\ud83d\\udeb0", "\\u00zz", "\"", "\\\"", "\n"})
        check(begin + std::string(special) + end);
    }
  }
}

TEST_CASE("terminal control and invisible characters are escaped in a quoted string") {
  CHECK(quote_json_string("\x1b[31m\n\x7f") == R"("\u001b[31m\n\u007f")");
  CHECK(quote_json_string("\xc2\x9b") == R"("\u009b")");
  CHECK(quote_json_string("a\xe2\x80\xae z") == R"("a\u202e z")");
  CHECK(quote_json_string("\xf3\xa0\x80\x81") == R"("\udb40\udc01")");
  CHECK(quote_json_string("\xc4\x80LO \xf0\x9f\x98\x80 / \"") == "\"\xc4\x80LO \xf0\x9f\x98\x80 / \\\"\"");
}

TEST_CASE("invalid UTF-8 becomes the replacement character in a quoted string") {
  CHECK(quote_json_string("a\xff\xc0z") == "\"a\xef\xbf\xbd\xef\xbf\xbdz\"");
}

TEST_CASE("a string is appended only if it is UTF-8") {
  std::string out = "before ";
  CHECK(append_json_string_if_utf8(out, "caf\xc3\xa9 \"\n"));
  CHECK(out == "before \"caf\xc3\xa9 \\\"\\n\"");
  for (const std::string_view other : {"\xff", "plain text, then \xc3", "\xed\xa0\x80", "\xc0\x80"}) {
    std::string kept = "before";
    CHECK_FALSE(append_json_string_if_utf8(kept, other));
    CHECK(kept == "before");
  }
}
