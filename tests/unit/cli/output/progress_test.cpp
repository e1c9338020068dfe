#include "output/progress.h"

#include <sstream>

#include "support/catch.hpp"

using namespace alohook;
using std::chrono::microseconds;

TEST_CASE("a bar is drawn in place at most ten times a second, and removed at the end") {
  std::ostringstream terminal;
  microseconds now{0};
  {
    Progress progress(terminal, Progress::Visibility::shown, [&] { return now; });
    CHECK(progress.is_due());
    progress.show(0.5, "5 sent, 0 not accepted");
    CHECK(terminal.str() == "\r[###############...............]  50 %  5 sent, 0 not accepted");
    now = microseconds{99'999};
    CHECK_FALSE(progress.is_due());
    now = microseconds{100'000};
    CHECK(progress.is_due());
    terminal.str("");
    progress.show(std::nullopt, "6 sent");
    CHECK(terminal.str() == "\r6 sent" + std::string(56, ' '));
    terminal.str("");
    progress.clear();
    CHECK(terminal.str() == "\r      \r");
    progress.clear();
    terminal.str("");
    progress.show(7.0, std::string(200, 'x'));
    CHECK(terminal.str().size() == 80);
    CHECK(terminal.str().find("100 %") != std::string::npos);
    terminal.str("");
  }
  CHECK(terminal.str() == "\r" + std::string(79, ' ') + "\r");
}

TEST_CASE("without a terminal, there is no bar") {
  std::ostringstream terminal;
  Progress progress(terminal, Progress::Visibility::hidden, [] { return microseconds{0}; });
  CHECK_FALSE(progress.is_due());
  progress.show(0.5, "x");
  progress.clear();
  CHECK(terminal.str().empty());
}
