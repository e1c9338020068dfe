#include "base/codec.h"

#include "support/catch.hpp"
#include "support/corpora.h"

using namespace alohook;
using namespace std::string_literals;

TEST_CASE("base64 matches the examples of RFC 4648") {
  const auto [plain, text] = GENERATE(table<std::string, std::string>({{"", ""},
                                                                       {"f", "Zg=="},
                                                                       {"fo", "Zm8="},
                                                                       {"foo", "Zm9v"},
                                                                       {"foob", "Zm9vYg=="},
                                                                       {"fooba", "Zm9vYmE="},
                                                                       {"foobar", "Zm9vYmFy"}}));
  CHECK(base64_encode(plain) == text);
  CHECK(base64_decode(text) == plain);
  CHECK(base64_decode_lenient(text) == plain);
}

TEST_CASE("hexadecimal matches the examples of RFC 4648, in lower case") {
  CHECK(hex_encode("") == "");
  CHECK(hex_encode("f") == "66");
  CHECK(hex_encode("foobar") == "666f6f626172");
  CHECK(hex_decode("666F6F626172") == "foobar");
  CHECK(hex_decode("666f6f626172") == "foobar");
}

TEST_CASE("hexadecimal and base64 of many bytes match Python's") {
  const auto rows = recorded("encodings/encodings.tsv");
  REQUIRE(rows.size() > 90);
  for (const auto& row : rows) {
    const std::string bytes = from_hex(row[0]);
    CAPTURE(row[0]);
    CHECK(hex_encode(bytes) == row[0]);
    CHECK(hex_decode(row[0]) == bytes);
    CHECK(base64_encode(bytes) == row[1]);
    CHECK(base64_decode(row[1]) == bytes);
    CHECK(base64_decode_lenient(row[1]) == bytes);
  }
}

TEST_CASE("malformed hexadecimal is rejected") {
  const auto text = GENERATE(as<std::string>{}, "0", "abc", "0g", "g0", "0x12", " 12", "12 ", "1 2", "12\n",
                             "-1", "\xef\xbc\x91\xef\xbc\x92", "zz", "::", "@@", "//");
  CAPTURE(text);
  CHECK(hex_decode(text) == std::nullopt);
  CHECK(hex_decode("00\0"s) == std::nullopt);
}

TEST_CASE("strict base64 accepts only the canonical form") {
  // Non-zero unused bits, missing or extra padding, whitespace, padding inside, the URL alphabet, other bytes.
  const auto text = GENERATE(as<std::string>{}, "Zh==", "Zm9=", "Zg", "Zg=", "Zm8",
                             "Zg===", "Zm9v=", "Zm9v====", "====", "=", "==", "A===", "Zm 9v", "Zm9v\n",
                             " Zm9v", "Zg==Zg==", "Z=g=", "-_-_", "Zm9*", "Z", "Zm9vY", "Zm9\xc3");
  CAPTURE(text);
  CHECK(base64_decode(text) == std::nullopt);
}

TEST_CASE("lenient base64 accepts both alphabets, missing padding and unused bits") {
  CHECK(base64_decode_lenient("Zg") == "f");
  CHECK(base64_decode_lenient("Zg=") == "f");
  CHECK(base64_decode_lenient("Zh==") == "f");
  CHECK(base64_decode_lenient("Zm8") == "fo");
  CHECK(base64_decode_lenient("-_-_") == "\xfb\xff\xbf");
  CHECK(base64_decode_lenient("+/+/") == "\xfb\xff\xbf");
  CHECK(base64_decode_lenient("") == "");
}

TEST_CASE("lenient base64 rejects other characters") {
  const auto text = GENERATE(as<std::string>{}, "Z", "Zm9vZ", "Zm 9v", "Zg==Zg==", "Zm9*", "Zm9v\n");
  CAPTURE(text);
  CHECK(base64_decode_lenient(text) == std::nullopt);
}

// After Markus Kuhn's UTF-8 decoder capability and stress test, and table 3-7 of the Unicode standard.
TEST_CASE("well-formed UTF-8 is read and written at every boundary") {
  const auto [bytes, value] = GENERATE(table<std::string, char32_t>({{"\0"s, 0},
                                                                     {"\x7f", 0x7F},
                                                                     {"\xc2\x80", 0x80},
                                                                     {"\xdf\xbf", 0x7FF},
                                                                     {"\xe0\xa0\x80", 0x800},
                                                                     {"\xed\x9f\xbf", 0xD7FF},
                                                                     {"\xee\x80\x80", 0xE000},
                                                                     {"\xef\xbf\xbd", 0xFFFD},
                                                                     {"\xef\xbf\xbf", 0xFFFF},
                                                                     {"\xf0\x90\x80\x80", 0x10000},
                                                                     {"\xf4\x8f\xbf\xbf", 0x10FFFF}}));
  const CodePoint point = code_point_at(bytes, 0);
  CHECK(point.valid);
  CHECK(point.value == value);
  CHECK(point.length == bytes.size());
  CHECK(is_utf8(bytes));
  std::string written;
  append_utf8(written, value);
  CHECK(written == bytes);
}

TEST_CASE("malformed UTF-8 is rejected one byte at a time") {
  const auto bytes =
      GENERATE(as<std::string>{},
               // continuation bytes and impossible bytes
               "\x80", "\xbf", "\xfe", "\xff", "\xfe\xfe\xff\xff",
               // cut off
               "\xc2", "\xe0\xa0", "\xe2\x82", "\xf0\x90\x80", "\xf4", "\xc2 ", "\xe2\x82 ",
               // overlong, also of NUL
               "\xc0\xaf", "\xc0\x80", "\xc1\xbf", "\xe0\x80\xaf", "\xe0\x9f\xbf", "\xf0\x80\x80\xaf",
               "\xf0\x8f\xbf\xbf", "\xf8\x88\x80\x80\x80", "\xfc\x84\x80\x80\x80\x80",
               // surrogates, alone and in pairs
               "\xed\xa0\x80", "\xed\xbf\xbf", "\xed\xa0\x80\xed\xb0\x80",
               // beyond U+10FFFF
               "\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "\xf7\xbf\xbf\xbf");
  const CodePoint point = code_point_at(bytes, 0);
  CHECK_FALSE(point.valid);
  CHECK(point.length == 1);
  CHECK(point.value == static_cast<unsigned char>(bytes[0]));
  CHECK_FALSE(is_utf8(bytes));
  CHECK_FALSE(is_utf8("before " + bytes));
}

TEST_CASE("a code point is read in the middle of a text") {
  const std::string text = "a\xc4\x80\xffz";
  CHECK(code_point_at(text, 1).value == 0x100);
  CHECK_FALSE(code_point_at(text, 2).valid);
  CHECK_FALSE(code_point_at(text, 3).valid);
  CHECK(code_point_at(text, 4).value == 'z');
}

TEST_CASE("a value that isn't a character becomes the replacement character") {
  for (const char32_t value : {0xD800U, 0xDFFFU, 0x110000U, 0xFFFFFFFFU}) {
    std::string out;
    append_utf8(out, value);
    CHECK(out == "\xef\xbf\xbd");
  }
}
