#include "events/event_filter.h"

#include "base/error.h"
#include "support/catch.hpp"

using namespace alohook;

namespace {

constexpr std::string_view filtered_body =
    R"({"type":"action_created","action":{"status":"Doing","id":12,"big":12345678901234567890,"rate":1.0,)"
    R"("done":false,"by":null,"tags":["a","\u00e9"],"a=b":"c=d"}})";

bool matches_where(std::string_view condition) {
  EventFilter filter;
  filter.add_where(condition);
  return filter.matches("action_created", filtered_body);
}

}  // namespace

TEST_CASE("a filter without conditions accepts every event") {
  const EventFilter filter;
  CHECK(filter.is_empty());
  CHECK(filter.matches("action_created", "{}"));
  CHECK(filter.matches(std::nullopt, "\xff not JSON"));
}

TEST_CASE("a filter by type accepts its types in either spelling and no others") {
  EventFilter filter;
  filter.add_type("action_status_changed");
  filter.add_type("my_own_type");
  CHECK_FALSE(filter.is_empty());
  CHECK(filter.matches("action_status_changed", "{}"));
  CHECK(filter.matches("action_status_updated", "{}"));
  CHECK(filter.matches("my_own_type", "{}"));
  CHECK_FALSE(filter.matches("action_updated", "{}"));
  CHECK_FALSE(filter.matches("", "{}"));
  CHECK_FALSE(filter.matches(std::nullopt, "{}"));
}

TEST_CASE("a condition compares the value as it is written, strings by their characters") {
  const auto condition = GENERATE(as<std::string>{}, "/action/status=Doing", "action.status=Doing",
                                  "/action/id=12", "/action/big=12345678901234567890", "/action/rate=1.0",
                                  "/action/done=false", "/action/by=null", "/action/tags/0=a",
                                  "/action/tags/1=\xc3\xa9", R"(/action/tags=["a","\u00e9"])");
  CAPTURE(condition);
  CHECK(matches_where(condition));
}

TEST_CASE("a condition doesn't match another value or a missing one") {
  const auto condition =
      GENERATE(as<std::string>{}, "/action/status=doing", "/action/status=", "/action/status=\"Doing\"",
               "/action/id=12.0", "/action/rate=1", "/action/done=", "/action/missing=", "/status=Doing",
               "/action/tags/2=a");
  CAPTURE(condition);
  CHECK_FALSE(matches_where(condition));
}

TEST_CASE("a condition is split at its first equals sign") {
  EventFilter filter;
  filter.add_where("/k=a=b=");
  CHECK(filter.matches(std::nullopt, R"({"k":"a=b="})"));
}

TEST_CASE("all conditions and the type must hold") {
  EventFilter filter;
  filter.add_type("action_created");
  filter.add_where("/action/id=12");
  filter.add_where("/action/status=Doing");
  CHECK(filter.matches("action_created", filtered_body));
  CHECK_FALSE(filter.matches("action_updated", filtered_body));
  filter.add_where("/action/done=true");
  CHECK_FALSE(filter.matches("action_created", filtered_body));
}

TEST_CASE("a body that isn't JSON matches no condition") {
  EventFilter filter;
  filter.add_where("/a=1");
  CHECK_FALSE(filter.matches("x", "{\"a\":1"));
  CHECK_FALSE(filter.matches("x", ""));
  CHECK_FALSE(filter.matches("x", std::string(100'000, '[')));
}

TEST_CASE("a malformed condition is rejected and quoted safely") {
  const auto condition = GENERATE(as<std::string>{}, "", "status", "=x", "/a~2=1", "a..b=1");
  CAPTURE(condition);
  EventFilter filter;
  CHECK_THROWS_AS(filter.add_where(condition), Error);
  CHECK_THROWS_WITH(filter.add_where("\x1b[2J"), "'\\x1b[2J' is not a condition");
}
