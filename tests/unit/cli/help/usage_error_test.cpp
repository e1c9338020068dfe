#include "help/usage_error.h"

#include <algorithm>

#include "support/catch.hpp"
#include "support/world.h"

namespace alohook {
namespace {

struct Case {
  std::vector<std::string> arguments;
  std::string shown;
};

TEST_CASE("usage errors say what is wrong and what to do, in alohook's own words") {
  const Case cases[] = {
      {{"sned"}, "alohook: unknown command 'sned'\n  did you mean 'send'?\n"},
      {{"send", "a", "--reapet", "2"}, "alohook: unknown flag '--reapet'\n  did you mean '--repeat'?\n"},
      {{"send"}, "alohook: missing EVENT\n  example: alohook send action_created\n"},
      {{"completion"}, "alohook: missing SHELL\n  example: source <(alohook completion bash)\n"},
      {{"listen", "--port"}, "alohook: --port: missing value\n  write --port PORT\n"},
      {{"listen", "--port", "80000"},
       "alohook: --port: expected a whole number from 0 to 65535, got '80000'\n"},
      {{"listen", "--port", "x"}, "alohook: --port: expected a whole number from 0 to 65535, got 'x'\n"},
      {{"listen", "--max-connections=-1"},
       "alohook: --max-connections: expected a whole number from 0 to 4294967295, got '-1'\n"},
      {{"send", "a", "--timeout", "soon"},
       "alohook: --timeout: expected a duration such as 250ms, 30s or 5m, got 'soon'\n"},
      {{"send", "a", "--format", "jsn"},
       "alohook: --format: expected human, json or quiet, got 'jsn'\n  did you mean 'json'?\n"},
      {{"listen", "--sync"}, "alohook: --sync needs --record\n  add --record FILE\n"},
      {{"verify", "--http", "a", "--har", "b"},
       "alohook: --http and --har can't be used together\n  leave one of them out\n"},
      {{"listen", "npm", "test"}, "alohook: unknown argument 'npm'\n  see alohook help listen\n"},
      {{"fixtures", "shwo"},
       "alohook: ACTION: expected list, show or export, got 'shwo'\n  did you mean 'show'?\n"},
      {{"help", "chekcs"}, "alohook: there is no command or topic 'chekcs'\n  did you mean 'checks'?\n"},
  };
  for (const auto& [arguments, shown] : cases) {
    World world;
    CHECK(world.run(arguments) == exit_could_not_start);
    CHECK(world.err.str() == shown);
    CHECK(world.out.str().empty());
  }
}

TEST_CASE("flags before the command work like flags after it") {
  World before, behind;
  CHECK(before.run({"--format", "json", "--color=never", "fixtures"}) == exit_yes);
  CHECK(behind.run({"fixtures", "--format", "json", "--color=never"}) == exit_yes);
  CHECK(before.out.str() == behind.out.str());
  CHECK_THAT(before.out.str(), ContainsSubstring(R"("name":"action_created")"));
}

TEST_CASE("the version is printed by -V, --version and version") {
  for (const std::string word : {"-V", "--version", "version"}) {
    World world;
    CHECK(world.run({word}) == exit_yes);
    CHECK(world.out.str().starts_with("alohook 0."));
  }
}

TEST_CASE("help for a command is the same from help and from --help") {
  World by_command, by_flag;
  CHECK(by_command.run({"help", "listen"}) == exit_yes);
  CHECK(by_flag.run({"listen", "--help"}) == exit_yes);
  CHECK(by_command.out.str() == by_flag.out.str());
  CHECK(by_flag.out.str().starts_with("Receive events"));
}

}  // namespace
}  // namespace alohook
