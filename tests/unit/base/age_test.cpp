#include "base/age.h"

#include "support/catch.hpp"

using namespace alohook;

TEST_CASE("an age is displayed in the unit that people would use") {
  const auto [seconds, shown] = GENERATE(table<std::int64_t, std::string>({
      {0, "0 s"},
      {119, "119 s"},
      {120, "2 min"},
      {300, "5 min"},
      {7200, "2 h"},
      {86'400, "1 day"},
      {200'000, "2 days"},
      {63'113'904, "2 years"},
      {1'795'456'800'000 - 1'795'456'800, "56,000 years"},
  }));
  CHECK(human_age(seconds) == shown);
}

TEST_CASE("an age just beyond a limit doesn't look like the limit") {
  CHECK(human_age(301, 300) == "301 s");
  CHECK(human_age(299, 300) == "299 s");
  CHECK(human_age(300, 300) == "5 min");
  CHECK(human_age(5000, 300) == "83 min");
}

TEST_CASE("a timestamp in milliseconds is recognized by its age") {
  CHECK(is_age_of_milliseconds(1'795'456'800'000 - 1'795'456'800));
  CHECK_FALSE(is_age_of_milliseconds(86'400));
  CHECK_FALSE(is_age_of_milliseconds(1'795'456'800));  // a timestamp of 0
}
