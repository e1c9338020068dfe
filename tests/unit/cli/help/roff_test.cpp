#include "help/roff.h"
#include "support/catch.hpp"

using namespace alohook;

// What the escapes mean: groff_char(7) and groff(7).

TEST_CASE("text in a page of the manual cannot be taken for markup") {
  CHECK(escaped("--max-body") == "\\-\\-max\\-body");
  CHECK(escaped(".TH is no macro here") == "\\&.TH is no macro here");
  CHECK(escaped("'quoted'") == "\\(aqquoted\\(aq");
  CHECK(escaped("a\n.b\n'c") == "a\n\\&.b\n\\(aqc");
  CHECK(escaped("C:\\temp, 1.0") == "C:\\etemp, 1.0");
  CHECK(escaped("~/.config `a` \"b\" ^") == "\\(ti/.config \\(gaa\\(ga \\(dqb\\(dq \\(ha");
}

TEST_CASE("what is not ASCII is written by its number in a page of the manual") {
  CHECK(escaped("v0=… é 漏 🚰") == "v0=\\[u2026] \\[u00E9] \\[u6F0F] \\[u1F6B0]");
}

TEST_CASE("a page of the manual has a list item's head on a line of its own") {
  Roff page("alohook-x", "2026-11-23", "alohook 1");
  page.item(bold("-v"), "Show more.");
  CHECK_THAT(page.take(), ContainsSubstring(".TH ALOHOOK\\-X 1 2026-11-23 \"alohook 1\"") &&
                              ContainsSubstring(".TP\n\\fB\\-v\\fR\nShow more.\n"));
}
