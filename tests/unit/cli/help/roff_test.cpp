#include "help/roff.h"
#include "support/catch.hpp"

using namespace alohook;

// What the escapes mean: groff_char(7) and groff(7).

TEST_CASE("text in a man page is never parsed as markup") {
  CHECK(escaped("--max-body") == "\\-\\-max\\-body");
  CHECK(escaped(".TH is no macro here") == "\\&.TH is no macro here");
  CHECK(escaped("'quoted'") == "\\(aqquoted\\(aq");
  CHECK(escaped("a\n.b\n'c") == "a\n\\&.b\n\\(aqc");
  CHECK(escaped("C:\\temp, 1.0") == "C:\\etemp, 1.0");
  CHECK(escaped("~/.config `a` \"b\" ^") == "\\(ti/.config \\(gaa\\(ga \\(dqb\\(dq \\(ha");
}

TEST_CASE("non-ASCII characters in a man page are escaped by their code point") {
  CHECK(escaped("v0=… é 漏 🚰") == "v0=\\[u2026] \\[u00E9] \\[u6F0F] \\[u1F6B0]");
}

TEST_CASE("words between backticks are bold") {
  CHECK(with_bold_words("set `--port` to `0`.") == "set \\fB\\-\\-port\\fR to \\fB0\\fR\\&.");
  CHECK(with_bold_words("none") == "none");
}

TEST_CASE("a list item in a man page has its term on a separate line") {
  Roff page("alohook-x", "7", "2026-11-23", "alohook 1");
  page.item(bold("-v"), escaped("Print more."));
  CHECK_THAT(page.take(), ContainsSubstring(".TH ALOHOOK\\-X 7 2026-11-23 \"alohook 1\"") &&
                              ContainsSubstring(".TP\n\\fB\\-v\\fR\nPrint more.\n"));
}
