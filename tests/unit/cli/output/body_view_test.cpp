#include "output/body_view.h"

#include "base/codec.h"
#include "base/visible.h"
#include "support/catch.hpp"
#include "support/corpora.h"

using namespace alohook;
using namespace std::string_literals;

namespace {

const Palette plain(false);

std::string show(std::string_view body, std::size_t max_lines = 40, bool as_received = false) {
  return show_body(body, {.max_lines = max_lines, .as_received = as_received, .indent = "  "}, plain);
}

std::size_t count_lines(std::string_view text) {
  return static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
}

bool is_safe(std::string_view text) {
  for (const std::string& line : split_text(text, '\n')) {
    if (!is_plain(line)) return false;
  }
  return text.ends_with('\n');
}

}  // namespace

TEST_CASE("JSON is indented with its numbers, escapes and order unchanged") {
  CHECK(
      show(
          R"({"type":"action_created","n":12345678901234567890,"f":1.0,"a":[1,{"k":null}],"e":{},"s":"\u00e9\/"})") ==
      "  {\n"
      "    \"type\": \"action_created\",\n"
      "    \"n\": 12345678901234567890,\n"
      "    \"f\": 1.0,\n"
      "    \"a\": [\n"
      "      1,\n"
      "      {\n"
      "        \"k\": null\n"
      "      }\n"
      "    ],\n"
      "    \"e\": {},\n"
      "    \"s\": \"\\u00e9\\/\"\n"
      "  }\n");
}

TEST_CASE("JSON with a single value is one line") {
  CHECK(show(" 1e5 \n") == "  1e5\n");
  CHECK(show("[ ]") == "  []\n");
  CHECK(show("\"\xc4\x80LO\"") == "  \"\xc4\x80LO\"\n");
}

TEST_CASE("color codes surround values and keys, but are never inside them") {
  CHECK(show_body(R"({"a":"b","n":1,"t":true})", {.indent = ""}, Palette(true)) ==
        "{\n"
        "  \x1b[1;34m\"a\"\x1b[0m: \x1b[32m\"b\"\x1b[0m,\n"
        "  \x1b[1;34m\"n\"\x1b[0m: \x1b[36m1\x1b[0m,\n"
        "  \x1b[1;34m\"t\"\x1b[0m: \x1b[35mtrue\x1b[0m\n"
        "}\n");
}

TEST_CASE("an empty body is shown as empty") { CHECK(show("") == "  (empty body)\n"); }

TEST_CASE("a body shown as received keeps its own lines") {
  CHECK(show("{\"a\":1,\r\n\"b\":2}\n", 40, true) == "  {\"a\":1,\\r\n  \"b\":2}\n");
}

TEST_CASE("other text is shown as text") {
  CHECK(show("token=1&x=%20\nsecond\tline") == "  token=1&x=%20\n  second\\tline\n");
  CHECK(show("{\"cut\": ") == "  {\"cut\": \n");
  CHECK(show("colour \x1b[31m") == "  colour \\x1b[31m\n");
}

TEST_CASE("other bytes are shown as a hex dump") {
  const std::string dump = "  000000  1f 8b 08 00 ff                                    |.....|\n";
  CHECK(show("\x1f\x8b\x08\0\xff"s) == dump);
  CHECK(show("\x1f\x8b\x08\0\xff"s, 40, true) == dump);
  CHECK(show("caf\xe9") == "  000000  63 61 66 e9                                       |caf.|\n");
  for (const std::string& byte : {"\0"s, "\x01"s, "\x10"s, "\x1a"s, "\x1f"s, "\x7f"s}) {
    CHECK_THAT(show("a" + byte), ContainsSubstring("000000  61 "));
  }
}

TEST_CASE("a body is truncated to the maximum number of lines, with the number of omitted ones") {
  const std::string four_lines = R"({"a":1,"b":2})";
  CHECK(show(four_lines, 4) == "  {\n    \"a\": 1,\n    \"b\": 2\n  }\n");
  CHECK(show(four_lines, 3) == "  {\n    …\n  }   … 2 more lines: --max-lines 0 shows all\n");
  CHECK(show(R"({"a":{"b":1,"c":2}})", 5) ==
        "  {\n    \"a\": {\n      \"b\": 1,\n      …\n  }   … 2 more lines: --max-lines 0 shows all\n");
  CHECK(show("x\ny\nz\n", 3, true) == "  x\n  y\n  z\n");
  CHECK(show("x\ny\nz", 2, true) == "  x\n  … 2 more lines: --max-lines 0 shows all\n");
  CHECK(show("1", 1) == "  1\n");
  CHECK(show("", 1) == "  (empty body)\n");
}

TEST_CASE("a hex dump is truncated to the maximum number of lines, with the number of omitted ones") {
  const std::string bytes(48, '\xff');
  CHECK(count_lines(show(bytes, 3)) == 3);
  CHECK_THAT(show(bytes, 3), !ContainsSubstring("more line"));
  CHECK(count_lines(show(bytes, 2)) == 2);
  CHECK_THAT(show(bytes, 2), ContainsSubstring("… 2 more lines"));
  CHECK(count_lines(show(bytes, 0)) == 3);
}

TEST_CASE("no line of a body is wider than the terminal") {
  const BodyView view{.indent = "  ", .width = 20};
  CHECK(show_body(R"({"key":"a long value","k":1,"a very long key, longer than the line":2})", view, plain) ==
        "  {\n"
        "    \"key\": \"a long …\n"
        "    \"k\": 1,\n"
        "    \"a very long ke…\n"
        "  }\n");
  CHECK(show_body("{\"k\":\"漏水漏水漏水\"}", view, plain) == "  {\n    \"k\": \"漏水漏水…\n  }\n");
}

TEST_CASE("a limit of zero shows everything") {
  std::string body = "[0";
  for (int i = 1; i < 1000; ++i) body += "," + std::to_string(i);
  const std::string shown = show(body + "]", 0);
  CHECK(count_lines(shown) == 1002);
  CHECK_THAT(shown, !ContainsSubstring("more lines"));
}

TEST_CASE("a large array costs no more than the lines that are shown") {
  std::string body = "[0";
  for (int i = 1; i < 200'000; ++i) body += ",{}";
  const std::string shown = show(body + "]");
  CHECK(count_lines(shown) == 40);
  CHECK(shown.size() < 1000);
}

TEST_CASE("one long string can't fill the terminal") {
  const std::string body = "{\"k\":\"" + std::string(1'000'000, 'x') + "\"}";
  const std::string shown = show(body);
  CHECK(shown.size() < 5000);
  CHECK_THAT(shown, ContainsSubstring("more bytes)"));
  CHECK(show(std::string(1'000'000, 'x')).size() < 5000);
  // Not in the middle of a character.
  std::string wide;
  for (int i = 0; i < 3000; ++i) wide += "\xe9\x8d\xb5";
  CHECK(is_utf8(show("\"" + wide + "\"")));
  CHECK(is_utf8(show(wide)));
}

TEST_CASE("JSON nested deeper than the limit is shown as text") {
  const std::string deep = std::string(201, '[') + std::string(201, ']');
  CHECK(show(deep) == "  " + deep + "\n");
  const std::string allowed = std::string(200, '[') + std::string(200, ']');
  CHECK(count_lines(show(allowed, 0)) == 399);
  CHECK(show(std::string(100'000, '[')).size() < 5000);
}

TEST_CASE("no body can print anything but safe lines") {
  const auto body = GENERATE(as<std::string>{}, "\x1b]0;owned\x07", "{\"\x7f\":\"\xe2\x80\xae\"}",
                             "[\"\xc2\x9b"
                             "31m\"]",
                             "{\"a\":\"\xf3\xa0\x80\x81\"}", "::error::x\n\x1b[2J", "\xff\xfe",
                             "\xe2\x80\xa8", "{\"\xe2\x80\x8b\":1}");
  for (const bool as_received : {false, true}) {
    for (const std::size_t lines : {0, 1, 40}) CHECK(is_safe(show(body, lines, as_received)));
  }
}

TEST_CASE("every body of the JSON Parsing Test Suite is shown safely") {
  const auto folder = corpus("json-test-suite/test_parsing");
  if (!folder) {
    WARN("the corpus json-test-suite is not here");
    return;
  }
  for (const auto& file : files_in(*folder)) {
    CAPTURE(file.filename().string());
    const std::string body = read_bytes(file);
    CHECK(is_safe(show(body)));
    CHECK(is_safe(show(body, 40, true)));
  }
}
