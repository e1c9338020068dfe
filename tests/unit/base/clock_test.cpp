#include "base/clock.h"

#include "support/catch.hpp"

using namespace alohook;
using namespace std::chrono_literals;
using std::chrono::microseconds;

// The numbers are from `date -u -d … +%s`.
TEST_CASE("times are written and read as ISO 8601 in UTC") {
  const auto [unix_us, text] =
      GENERATE(table<std::int64_t, std::string>({{0, "1970-01-01T00:00:00.000Z"},
                                                 {1795453200'123'000, "2026-11-23T17:00:00.123Z"},
                                                 {951782400'000'000, "2000-02-29T00:00:00.000Z"},
                                                 {4102444799'999'000, "2099-12-31T23:59:59.999Z"},
                                                 {-1'000, "1969-12-31T23:59:59.999Z"}}));
  const Time time{microseconds{unix_us}};
  CHECK(iso8601(time) == text);
  CHECK(parse_iso8601(text) == time);
}

TEST_CASE("fractions of a second are parsed to the microsecond, and further digits are ignored") {
  const Time second{microseconds{1795453200'000'000}};
  CHECK(parse_iso8601("2026-11-23T17:00:00Z") == second);
  CHECK(parse_iso8601("2026-11-23T17:00:00.5Z") == second + 500ms);
  CHECK(parse_iso8601("2026-11-23T17:00:00.000001Z") == second + 1us);
  CHECK(parse_iso8601("2026-11-23T17:00:00.000001999Z") == second + 1us);
}

TEST_CASE("milliseconds are written rounded down") {
  CHECK(iso8601(Time{microseconds{999}}) == "1970-01-01T00:00:00.000Z");
  CHECK(iso8601(Time{microseconds{1999}}) == "1970-01-01T00:00:00.001Z");
}

TEST_CASE("other time formats are rejected") {
  const auto text = GENERATE(
      as<std::string>{}, "", "2026-11-23", "2026-11-23T17:00Z", "2026-11-23T17:00:00", "2026-11-23 17:00:00Z",
      "2026-11-23T17:00:00+00:00", "2026-11-23t17:00:00z", "2026-13-01T00:00:00Z", "2026-00-01T00:00:00Z",
      "2026-02-29T00:00:00Z", "2026-11-31T00:00:00Z", "2026-11-23T24:00:00Z", "2026-11-23T17:60:00Z",
      "2026-11-23T17:00:61Z", "2026-11-23T17:00:00.Z", "2026-11-23T17:00:00Zx", " 2026-11-23T17:00:00Z",
      "+026-11-23T17:00:00Z", "2026-1-23T17:00:00Z", "20261123T170000Z", "1795453200");
  CAPTURE(text);
  CHECK(parse_iso8601(text) == std::nullopt);
}

TEST_CASE("seconds since 1970 are rounded down, even before 1970") {
  CHECK(unix_seconds(Time{microseconds{1'999'999}}) == 1);
  CHECK(unix_seconds(Time{microseconds{0}}) == 0);
  CHECK(unix_seconds(Time{microseconds{-1}}) == -1);
}

TEST_CASE("durations are parsed with their units") {
  const auto [text, duration] = GENERATE(table<std::string, microseconds>({{"250ms", 250ms},
                                                                           {"30s", 30s},
                                                                           {"5m", 5min},
                                                                           {"2h", 2h},
                                                                           {"7", 7s},
                                                                           {"0", 0s},
                                                                           {"0s", 0s},
                                                                           {"1.5s", 1500ms},
                                                                           {"0.25ms", 250us},
                                                                           {"0.5h", 30min},
                                                                           {"10.25", 10250ms}}));
  CHECK(parse_duration(text) == duration);
}

TEST_CASE("malformed durations are rejected") {
  const auto text = GENERATE(as<std::string>{}, "", "s", "ms", "abc", "-1", "-1s", "-0", "+1", "1 s", " 1s",
                             "1s ", "1S", "1d", "1sec", "1s1", "1,5s", "0x10", "1e3", "1e3s", "inf", "nan",
                             "infs", "1..5", "1e400", "3163000000", "99999999999999999999h", "1m30s");
  CAPTURE(text);
  CHECK(parse_duration(text) == std::nullopt);
}

TEST_CASE("durations are formatted for people") {
  const auto [duration, text] = GENERATE(table<microseconds, std::string>({{0us, "0 ms"},
                                                                           {42us, "0.042 ms"},
                                                                           {420us, "0.42 ms"},
                                                                           {1300us, "1.3 ms"},
                                                                           {12ms, "12 ms"},
                                                                           {999ms, "999 ms"},
                                                                           {999'900us, "1.0 s"},
                                                                           {1300ms, "1.3 s"},
                                                                           {59'900ms, "59.9 s"},
                                                                           {59'999ms, "1 min 0 s"},
                                                                           {125s, "2 min 5 s"},
                                                                           {3600s, "60 min 0 s"}}));
  CHECK(human_duration(duration) == text);
}
