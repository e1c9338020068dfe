#include "base/text.h"

#include "support/catch.hpp"

using namespace alohook;

TEST_CASE("only ASCII letters and digits count as letters and digits") {
  CHECK(is_alphanumeric('a'));
  CHECK(is_alphanumeric('Z'));
  CHECK(is_alphanumeric('9'));
  CHECK_FALSE(is_alphanumeric('_'));
  CHECK_FALSE(is_letter('\xE9'));
  CHECK_FALSE(is_hex_digit('g'));
  CHECK(lower_case("ÄB-c9") == "Äb-c9");
  CHECK(upper_case('q') == 'Q');
  CHECK(upper_case('Q') == 'Q');
}

TEST_CASE("trimming removes the given characters from both ends only") {
  CHECK(trimmed(" \t\r\n\v\fa b\n") == "a b");
  CHECK(trimmed(" \n").empty());
  CHECK(trimmed("\na ", blanks) == "\na");
  CHECK(trimmed("'a'b'", "'") == "a'b");
}

TEST_CASE("splitting keeps empty parts and returns at least one") {
  using Parts = std::vector<std::string_view>;
  CHECK(split("a,,b,", ',') == Parts{"a", "", "b", ""});
  CHECK(split("", ',') == Parts{""});
}

TEST_CASE("lines end at LF or CRLF, the last one at the end of the text") {
  std::string_view text = "a\r\n\nb\rc";
  CHECK(take_line(text) == "a");
  CHECK(take_line(text).empty());
  CHECK(take_line(text) == "b\rc");
  CHECK(text.empty());
}

TEST_CASE("replacing finds every occurrence once and doesn't search the inserted text") {
  CHECK(replaced("aaa", "aa", "a") == "aa");
  CHECK(replaced("a+b+", "+", "++") == "a++b++");
  CHECK(replaced("abc", "x", "y") == "abc");
}

TEST_CASE("UTF-8 text is cut between characters") {
  const std::string_view text = "aé€😀";
  CHECK(utf8_prefix(text, 2) == "a");
  CHECK(utf8_prefix(text, 3) == "aé");
  CHECK(utf8_prefix(text, 9) == "aé€");
  CHECK(utf8_prefix(text, 10) == text);
  CHECK(utf8_prefix("\x80\x80\x80\x80\x80\x80", 5).size() == 5);
  CHECK(utf8_length(text) == 4);
}
