#include "base/plain_run.h"

#include <string>

#include "support/catch.hpp"

using namespace alohook;

TEST_CASE("a run ends before each byte that is not plain, wherever it is in a word") {
  for (int byte = 0; byte < 256; ++byte) {
    const char c = static_cast<char>(byte);
    const bool is_plain = byte >= 0x20 && byte < 0x7F && byte != '"' && byte != '\\';
    CHECK(is_plain_in_json(c) == is_plain);
    for (std::size_t before = 0; before < 20; ++before) {
      for (std::size_t after = 0; after < 12; ++after) {
        const std::string text = std::string(before, 'a') + c + std::string(after, '~');
        if (end_of_plain_run(text, 0) != (is_plain ? text.size() : before))
          FAIL("byte " << byte << " after " << before << " and before " << after);
      }
    }
  }
}

TEST_CASE("a run may begin anywhere, and ends with the text") {
  const std::string text = std::string(30, ' ') + '"' + std::string(30, 'z');
  for (std::size_t begin = 0; begin <= text.size(); ++begin)
    CHECK(end_of_plain_run(text, begin) == (begin <= 30 ? 30 : text.size()));
  CHECK(end_of_plain_run("", 0) == 0);
}

TEST_CASE("the first of several bytes that are not plain ends the run") {
  CHECK(end_of_plain_run("ab\x80\"\\\x01xy", 0) == 2);
  CHECK(end_of_plain_run("\"\"\"\"\"\"\"\"", 0) == 0);
  CHECK(end_of_plain_run("abc\x7f\x1f\"\xff!abcdefgh", 0) == 3);
}
