#include "events/expectation.h"

#include "base/error.h"
#include "support/catch.hpp"

namespace alohook {
namespace {

TEST_CASE("an expectation is a type, or a type and a count") {
  Expectation expectation;
  CHECK(expectation.is_empty());
  CHECK(expectation.is_met());
  expectation.add("action_created");
  expectation.add("action_updated=3");
  expectation.add("odd=type=2");
  REQUIRE(expectation.items().size() == 3);
  CHECK(expectation.items()[0].wanted == 1);
  CHECK(expectation.items()[1].wanted == 3);
  CHECK(expectation.items()[2].type == "odd=type");
  CHECK(expectation.items()[2].wanted == 2);
  CHECK_FALSE(expectation.is_met());
}

TEST_CASE("expecting a type twice, in either spelling, adds the counts") {
  Expectation expectation;
  expectation.add("action_status_updated");
  expectation.add("action_status_changed=2");
  REQUIRE(expectation.items().size() == 1);
  CHECK(expectation.items()[0].wanted == 3);
}

TEST_CASE("a malformed expectation is rejected") {
  const std::string text = GENERATE(as<std::string>{}, "", "=", "=1", "a=", "a=0", "a=-1", "a=+1", "a=1 ",
                                    "a=x", "a=1x", "a=99999999999999999999999");
  Expectation expectation;
  CHECK_THROWS_AS(expectation.add(text), Error);
  CHECK(expectation.is_empty());
}

TEST_CASE("only valid events of the type are counted") {
  Expectation expectation;
  expectation.add("action_status_updated=2");
  expectation.add("b");
  expectation.take_valid("action_status_changed");
  expectation.take_valid("other");
  expectation.take_valid(std::nullopt);
  expectation.take_refused("action_status_updated");
  expectation.take_refused("other");
  CHECK(expectation.items()[0].came == 1);
  CHECK(expectation.items()[0].refused == 1);
  CHECK(expectation.items()[1].came == 0);
  expectation.take_valid("b");
  CHECK_FALSE(expectation.is_met());
  expectation.take_valid("action_status_updated");
  CHECK(expectation.is_met());
  expectation.take_valid("action_status_updated");
  CHECK(expectation.is_met());
  CHECK(expectation.items()[0].came == 3);
}

}  // namespace
}  // namespace alohook
