#include "output/console.h"

#include "options/flags.h"
#include "support/catch.hpp"
#include "support/world.h"

using namespace alohook;

namespace {

/// Returns whether text is colored in this environment.
bool is_coloured(World& world, ColourChoice choice = ColourChoice::automatic) {
  return choose_palette(choice, world.context())(Style::bad, "x") != "x";
}

}  // namespace

TEST_CASE("color is used on a terminal and nowhere else") {
  World world;
  CHECK_FALSE(is_coloured(world));
  world.out_is_terminal = true;
  CHECK(is_coloured(world));
  world.environment["TERM"] = "dumb";
  CHECK_FALSE(is_coloured(world));
}

TEST_CASE("for color, the flag overrides NO_COLOR, then CLICOLOR_FORCE, then the terminal") {
  World world;
  world.environment["CLICOLOR_FORCE"] = "1";
  CHECK(is_coloured(world));
  world.environment["NO_COLOR"] = "1";
  CHECK_FALSE(is_coloured(world));
  CHECK(is_coloured(world, ColourChoice::always));
  world.environment.erase("NO_COLOR");
  CHECK_FALSE(is_coloured(world, ColourChoice::never));
}

TEST_CASE("empty variables and a force variable set to 0 are ignored") {
  World world;
  world.out_is_terminal = true;
  world.environment["NO_COLOR"] = "";
  CHECK(is_coloured(world));
  world.out_is_terminal = false;
  world.environment["CLICOLOR_FORCE"] = "";
  CHECK_FALSE(is_coloured(world));
  world.environment["CLICOLOR_FORCE"] = "0";
  CHECK_FALSE(is_coloured(world));
}

TEST_CASE("colored text is between an escape sequence and a reset") {
  const Palette on(true);
  CHECK(on(Style::good, "yes") == "\x1b[32myes\x1b[0m");
  CHECK(on(Style::strong, "x") == "\x1b[1mx\x1b[0m");
  CHECK(on(Style::plain, "x") == "x");
  CHECK(on(Style::bad, "").empty());
  CHECK(Palette(false)(Style::good, "yes") == "yes");
}

TEST_CASE("each format prints its own results, and all of them print messages to stderr") {
  World world;
  Context context = world.context();
  for (const Format format : {Format::human, Format::json, Format::quiet}) {
    Console console(context, format, Palette(false));
    console.human("human\n");
    console.json("{}");
    console.talk("talk");
  }
  CHECK(world.out.str() == "human\n{}\n");
  CHECK(world.err.str() == "talk\ntalk\ntalk\n");
}
