#include "base/columns.h"

#include "support/catch.hpp"

using namespace alohook;

TEST_CASE("the width of a text is what a terminal uses for it") {
  // Measured with Python's wcwidth.
  CHECK(columns_of("") == 0);
  CHECK(columns_of("action_created") == 14);
  CHECK(columns_of("Verschütteter") == 13);
  CHECK(columns_of("漏水") == 4);
  CHECK(columns_of("🚰") == 2);
  CHECK(columns_of("Zoe\xcc\x88") == 3);  // a combining diaeresis
  CHECK(columns_of("a\xff") == 2);
}

TEST_CASE("a text is truncated between characters, with an ellipsis in the last column") {
  CHECK(cut_to("action_created", 0) == "action_created");
  CHECK(cut_to("action_created", 14) == "action_created");
  CHECK(cut_to("action_created", 8) == "action_…");
  CHECK(cut_to("漏水漏水", 5) == "漏水…");
  CHECK(cut_to("漏水漏水", 4) == "漏…");
  CHECK(cut_to("ab", 1) == "…");
}

TEST_CASE("a padded text has exactly the requested width") {
  CHECK(padded_to("ab", 4) == "ab  ");
  CHECK(padded_to("漏水", 5) == "漏水 ");
  CHECK(padded_to("action_created", 8) == "action_…");
  CHECK(padded_to("漏水漏水", 4) == "漏… ");
}
