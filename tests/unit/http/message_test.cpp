#include "http/message.h"

#include "support/catch.hpp"

using namespace alohook;

TEST_CASE("header names are compared without regard to ASCII case only") {
  CHECK(equal_ignoring_case("X-ALO-Signature", "x-alo-signature"));
  CHECK(equal_ignoring_case("", ""));
  CHECK_FALSE(equal_ignoring_case("X-ALO-Signature", "X-ALO-Signatur"));
  // `@` and backtick, and `[` and `{`, differ in the same bit as upper and lower case.
  CHECK_FALSE(equal_ignoring_case("@[", "`{"));
  CHECK_FALSE(equal_ignoring_case("\xc9", "\xe9"));
}

TEST_CASE("headers are found in order, with duplicates and empty values") {
  const Headers headers{{"A", "1"}, {"b", "x"}, {"a", ""}, {"A", "3"}};
  CHECK(header_values(headers, "a") == std::vector<std::string_view>{"1", "", "3"});
  CHECK(header_value(headers, "B") == "x");
  CHECK(header_value(headers, "c") == std::nullopt);
  CHECK(header_values(headers, "c").empty());
}

TEST_CASE("a header's name is a token of RFC 9110") {
  const std::string_view punctuation = "!#$%&'*+-.^_`|~";
  for (int byte = 0; byte < 256; ++byte) {
    const char c = static_cast<char>(byte);
    const bool expected = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                          punctuation.find(c) != std::string_view::npos;
    CAPTURE(byte);
    CHECK(is_header_name(std::string(1, c)) == expected);
  }
  CHECK(is_header_name("X-ALO-Signature"));
  CHECK_FALSE(is_header_name(""));
  CHECK_FALSE(is_header_name("X Y"));
  CHECK_FALSE(is_header_name("Host:"));
}

TEST_CASE("a header's value may contain anything except CR, LF and NUL") {
  CHECK(is_header_value(""));
  CHECK(is_header_value("caf\xe9 \t\x01"));
  CHECK_FALSE(is_header_value("a\r\nX: y"));
  CHECK_FALSE(is_header_value("a\n"));
  CHECK_FALSE(is_header_value(std::string_view("a\0b", 3)));
}

TEST_CASE("common statuses have their phrase and unknown ones none") {
  CHECK(reason_phrase(200) == "OK");
  CHECK(reason_phrase(204) == "No Content");
  CHECK(reason_phrase(404) == "Not Found");
  CHECK(reason_phrase(503) == "Service Unavailable");
  CHECK(reason_phrase(299).empty());
  CHECK(reason_phrase(-1).empty());
}
