#include "json/json_line.h"

#include <limits>
#include <nlohmann/json.hpp>

#include "support/catch.hpp"

using namespace alohook;

TEST_CASE("an object is written on one line in the order of the calls") {
  const std::string line = JsonLine()
                               .number("schema", 1)
                               .string("b", "x\ny")
                               .boolean("a", false)
                               .boolean("t", true)
                               .milliseconds("ms", 1234)
                               .json("list", "[1,null]")
                               .take();
  CHECK(line == R"({"schema":1,"b":"x\ny","a":false,"t":true,"ms":1.234,"list":[1,null]})");
}

TEST_CASE("an object without members is {}") { CHECK(JsonLine().take() == "{}"); }

TEST_CASE("numbers are exact over all 64 bits") {
  const auto lowest = std::numeric_limits<std::int64_t>::min();
  const auto line =
      JsonLine().number("min", lowest).number("max", std::numeric_limits<std::int64_t>::max()).take();
  CHECK(line == R"({"min":-9223372036854775808,"max":9223372036854775807})");
}

TEST_CASE("milliseconds keep three digits and are JSON whatever their sign") {
  const auto [microseconds, text] = GENERATE(table<std::int64_t, std::string>({{0, "0.000"},
                                                                               {1, "0.001"},
                                                                               {999, "0.999"},
                                                                               {1000, "1.000"},
                                                                               {30'000'042, "30000.042"},
                                                                               {-1, "-0.001"},
                                                                               {-1500, "-1.500"}}));
  CHECK(JsonLine().milliseconds("ms", microseconds).take() == "{\"ms\":" + text + "}");
}

TEST_CASE("UTF-8 is written as a string, other bytes as base64 under another key") {
  CHECK(JsonLine().bytes("body", "{\"a\":\"\xc4\x80\"}").take() ==
        "{\"body\":\"{\\\"a\\\":\\\"\xc4\x80\\\"}\"}");
  CHECK(JsonLine().bytes("body", "").take() == R"({"body":""})");
  CHECK(JsonLine().bytes("body", "foo\xff").take() == R"({"body_base64":"Zm9v/w=="})");
}

TEST_CASE("another parser reads the same values") {
  const std::string value = "quote \" backslash \\ escape \x1b zero-width \xe2\x80\x8b";
  const auto parsed = nlohmann::json::parse(JsonLine().string("s", value).take());
  CHECK(parsed["s"].get<std::string>() == value);
}
