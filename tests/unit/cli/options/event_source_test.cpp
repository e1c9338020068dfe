#include "options/event_source.h"

#include "base/error.h"
#include "events/event_type.h"
#include "support/catch.hpp"
#include "support/corpora.h"
#include "support/world.h"

using namespace alohook;

namespace {

EventBody load(World& world, const std::string& event, const std::string& folder = "",
               std::optional<std::uint64_t> seed = {}) {
  Context context = world.context();
  return open_event(event, folder, seed, context).next();
}

std::vector<Fixture> fixtures(World& world, const std::string& folder = "") {
  Context context = world.context();
  return load_fixtures(folder, context);
}

}  // namespace

TEST_CASE("standard input and files are sent unchanged") {
  World world;
  const std::string bytes = "{\"id\":1}\r\n\xff\0x";
  world.in.str(bytes);
  CHECK(load(world, "-").bytes == bytes);
  const std::string path = world.home.write("body", bytes);
  CHECK(load(world, path).bytes == bytes);
  CHECK(load(world, path).name == path);
}

TEST_CASE("every fixture can be sent by name, and has the type of that name") {
  World world;
  for (const Fixture& fixture : fixtures(world)) {
    const EventBody body = load(world, fixture.name);
    CHECK(body.name == fixture.name);
    CHECK(event_type_of(body.bytes) == fixture.name);
  }
}

TEST_CASE("with a seed, a fixture is the same in each run, and without one it is new") {
  World world;
  CHECK(load(world, "action_created", "", 1).bytes == load(world, "action_created", "", 1).bytes);
  CHECK(load(world, "action_created", "", 1).bytes != load(world, "action_created", "", 2).bytes);
  CHECK(load(world, "action_created").bytes != load(world, "action_created").bytes);
  World later;
  later.now += std::chrono::hours{1};
  CHECK(load(later, "action_created", "", 1).bytes == load(world, "action_created", "", 1).bytes);
}

TEST_CASE("fixtures in a directory extend or replace the built-in ones") {
  World world;
  world.home.write("more/my_event.json", R"({"type":"my_event"})");
  world.home.write("more/action_created.json", R"({"type":"action_created","mine":true})");
  world.home.write("more/notes.txt", "no fixture");
  const std::string folder = world.home.path().string() + "/more";
  CHECK(load(world, "my_event", folder).bytes == R"({"type":"my_event"})");
  CHECK(load(world, "action_created", folder).bytes == R"({"type":"action_created","mine":true})");
  CHECK(fixtures(world, folder).size() == fixtures(world).size() + 1);
  CHECK_THROWS_AS(fixtures(world, folder + "/missing"), Error);
}

TEST_CASE("an unknown name is an error that suggests a similar one") {
  World world;
  try {
    load(world, "action_craeted");
    FAIL("it was taken");
  } catch (const Error& error) {
    CHECK_THAT(error.what(), ContainsSubstring("there is no event 'action_craeted'"));
    CHECK(error.hint() == "did you mean 'action_created'?");
  }
  CHECK(world.run({"send", "\x1b[2J"}) == 2);
  CHECK(world.err.str().find('\x1b') == std::string::npos);
}

TEST_CASE("a path that can't be read is an error") {
  World world;
  CHECK_THROWS_WITH(load(world, "/missing/body.json"), ContainsSubstring("can't read '"));
  CHECK_THROWS_WITH(load(world, "missing.json"), ContainsSubstring("can't read '"));
  CHECK_THROWS_WITH(load(world, world.home.path().string()), ContainsSubstring("can't read '"));
}
