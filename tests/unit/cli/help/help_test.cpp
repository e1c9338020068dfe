#include "help/help.h"

#include <algorithm>
#include <sstream>

#include "help/command_app.h"
#include "options/declare.h"
#include "output/wrap.h"
#include "support/catch.hpp"

namespace alohook {
namespace {

const CommandHelp sample{
    .summary = "Send an event",
    .examples = {{"alohook sample a --number 3", "Send three of them"},
                 {"alohook sample a --set /action/title='Leak in hall B' --set /action/status=Doing --number "
                  "1000000"}},
    .notes = {"Files are sent byte for byte. ALO documents no field of a payload but the type."},
    .exit_codes = {{"0", "accepted"}, {"1", "rejected"}},
    .topics = {"journal"},
};

/// A program with one command that has a flag of each kind.
struct Program {
  Program() {
    root.set_help_flag("-h,--help", "Print this help and exit");
    app.add_option("event", text, "Send this event")->required()->type_name("EVENT");
    app.add_option("--number", number, "Send this many")->type_name("N")->default_str("1");
    app.add_option("--set", texts, "Set a value")->type_name("PATH=TEXT")->allow_extra_args(false);
    auto* kind = app.add_option("--kind", text, "Set the kind")->type_name("KIND");
    app.set_words(*kind, {{"large", "a large one"}, {"small", "a small one"}});
    app.add_flag("-v,--verbose", flag, "Print headers");
    app.option_defaults()->group("Output");
    app.add_flag("--quiet", flag, "Print nothing");
  }

  CommandApp root{"alohook", CommandHelp{.summary = "Test webhooks", .examples = {}}};
  CommandApp& app = add_command(root, "sample", sample);
  std::string text;
  std::vector<std::string> texts;
  int number = 1;
  bool flag = false;
};

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

TEST_CASE("help shows usage, examples, arguments, flags, notes and exit codes, in this order") {
  const Program program;
  const std::string text = help_text(program.app, 80);
  std::size_t last = 0;
  for (const std::string_view part :
       {"Send an event\n", "Usage: alohook sample EVENT [FLAGS]\n", "Examples:\n", "Arguments:\n", "Flags:\n",
        "--number N", "Output:\n", "--quiet", "Files are sent",
        "Exit codes:\n  0   accepted\n  1   rejected\n", "See also: alohook help journal\n"}) {
    INFO(part << " in\n" << text);
    const auto at = text.find(part, last);
    REQUIRE(at != std::string::npos);
    last = at;
  }
}

TEST_CASE(
    "help shows a flag's value in upper case, its choices, its default, and whether it can be repeated") {
  const Program program;
  const std::string text = help_text(program.app, 80);
  CHECK_THAT(text, ContainsSubstring("  --number N                  Send this many (default 1)\n"));
  CHECK_THAT(text, ContainsSubstring("  --set PATH=TEXT             Set a value (repeatable)\n"));
  CHECK_THAT(text, ContainsSubstring("  --kind KIND                 Set the kind: large, small\n"));
  CHECK_THAT(text, ContainsSubstring("  -v, --verbose               Print headers\n"));
}

TEST_CASE("no line of help is wider than the terminal") {
  const Program program;
  for (const std::size_t width : {40, 60, 80, 120}) {
    const auto lines = lines_of(help_text(program.app, width));
    REQUIRE(lines.size() > 20);
    for (const std::string& line : lines) {
      INFO(width << ": " << line);
      CHECK(line.size() <= width);
    }
  }
}

TEST_CASE("an example that is too long is continued on the next line with backslashes between words") {
  const auto parts = wrapped_command("alohook send a --set /t='Leak in hall B' --bad stale", 30);
  CHECK(parts ==
        std::vector<std::string>{"alohook send a --set \\", "    /t='Leak in hall B' \\", "    --bad stale"});
  CHECK(wrapped_command("alohook listen", 30) == std::vector<std::string>{"alohook listen"});
}

}  // namespace
}  // namespace alohook
