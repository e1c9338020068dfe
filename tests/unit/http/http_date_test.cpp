#include "http/http_date.h"

#include "support/catch.hpp"

using namespace alohook;
using std::chrono::seconds;

namespace {

// `date -u -d 2026-11-23T17:00:00Z +%s` prints 1795453200.
constexpr Time now{seconds{1795453200}};

}  // namespace

TEST_CASE("the three HTTP date formats give the time of RFC 9110's example") {
  const Time example{seconds{784111777}};
  CHECK(parse_http_date("Sun, 06 Nov 1994 08:49:37 GMT", now) == example);
  CHECK(parse_http_date("Sunday, 06-Nov-94 08:49:37 GMT", now) == example);
  CHECK(parse_http_date("Sun Nov  6 08:49:37 1994", now) == example);
}

TEST_CASE("a two-digit year is in the past if it would be more than 50 years ahead") {
  const auto year_of = [](const char* text) { return iso8601(*parse_http_date(text, now)).substr(0, 4); };
  CHECK(year_of("Monday, 23-Nov-26 08:00:00 GMT") == "2026");
  CHECK(year_of("Monday, 23-Nov-76 08:00:00 GMT") == "2076");
  CHECK(year_of("Monday, 23-Nov-77 08:00:00 GMT") == "1977");
}

TEST_CASE("malformed HTTP dates are rejected") {
  for (const char* text :
       {"", "Sun", "Sun, 06 Nov 1994 08:49:37", "Sun, 06 Nov 1994 08:49:37 UTC",
        "Sun, 6 Nov 1994 08:49:37 GMT", "Sun, 32 Nov 1994 08:49:37 GMT", "Sun, 06 Nix 1994 08:49:37 GMT",
        "Sun, 06 Nov 1994 24:49:37 GMT", "Sun, 06 Nov 1994 08:60:37 GMT", ", 06-Nov-94 08:49:3",
        "Sun, 00 Nov 1994 08:49:37 GMT", "2026-11-23T17:00:00Z"}) {
    INFO(text);
    CHECK_FALSE(parse_http_date(text, now));
  }
}

TEST_CASE("Retry-After is seconds or a date") {
  CHECK(parse_retry_after("0", now) == seconds{0});
  CHECK(parse_retry_after("120", now) == seconds{120});
  CHECK(parse_retry_after("Mon, 23 Nov 2026 17:02:00 GMT", now) == seconds{120});
  CHECK(parse_retry_after("Mon, 23 Nov 2026 16:00:00 GMT", now) == seconds{0});
  CHECK(parse_retry_after("99999999999999999999999999", now) > seconds{86400});
  for (const char* text : {"", "-1", "1.5", "soon", "1 ", "0x10"}) CHECK_FALSE(parse_retry_after(text, now));
}
