#include "json/json_path.h"

#include "support/catch.hpp"

using namespace alohook;

namespace {

/// Returns the raw text of the value at a path, or `nothing`.
std::string at(std::string_view text, std::string_view path) {
  const auto json = JsonText::parse(text);
  const auto steps = parse_json_path(path);
  if (!json || !steps) return "malformed";
  const auto value = find_json_path(*json, *steps);
  return value ? std::string(json->raw(*value)) : "nothing";
}

}  // namespace

TEST_CASE("the pointers of RFC 6901 section 5 find the values in the RFC") {
  const std::string text =
      R"({"foo":["bar","baz"],"":0,"a/b":1,"c%d":2,"e^f":3,"g|h":4,"i\\j":5,"k\"l":6," ":7,"m~n":8})";
  const auto [pointer, value] = GENERATE_COPY(table<std::string, std::string>({{"", text},
                                                                               {"/foo", R"(["bar","baz"])"},
                                                                               {"/foo/0", R"("bar")"},
                                                                               {"/", "0"},
                                                                               {"/a~1b", "1"},
                                                                               {"/c%d", "2"},
                                                                               {"/e^f", "3"},
                                                                               {"/g|h", "4"},
                                                                               {"/i\\j", "5"},
                                                                               {"/k\"l", "6"},
                                                                               {"/ ", "7"},
                                                                               {"/m~0n", "8"}}));
  CHECK(at(text, pointer) == value);
}

TEST_CASE("a dotted path leads to the same value as a pointer") {
  const std::string text = R"({"action":{"files":[{"id":1},{"id":2}],"a/b":3}})";
  CHECK(at(text, "action.files.1.id") == "2");
  CHECK(at(text, "/action/files/1/id") == "2");
  CHECK(at(text, "action.a/b") == "3");
}

TEST_CASE("escapes are resolved once, ~01 being ~1") {
  CHECK(parse_json_path("/~01").value() == JsonPath{"~1"});
  CHECK(parse_json_path("/~10").value() == JsonPath{"/0"});
  CHECK(parse_json_path("a~b").value() == JsonPath{"a~b"});
}

TEST_CASE("malformed paths are rejected") {
  const auto path = GENERATE(as<std::string>{}, "/~", "/~2", "/a~/b", "/a/~", ".", "a.", ".a", "a..b");
  CAPTURE(path);
  CHECK(parse_json_path(path) == std::nullopt);
}

TEST_CASE("paths to missing values find nothing") {
  const auto path =
      GENERATE(as<std::string>{}, "/b", "/a/2", "/a/-", "/a/-1", "/a/00", "/a/01", "/a/+1", "/a/1e0", "/a/ 1",
               "/a/", "/a/99999999999999999999999", "/a/0/x", "/s/0", "/s/length");
  CAPTURE(path);
  CHECK(at(R"({"a":[1,2],"s":"text"})", path) == "nothing");
}

TEST_CASE("a path enters the last of duplicate keys") {
  CHECK(at(R"({"a":{"x":1},"a":{"y":2}})", "/a/y") == "2");
  CHECK(at(R"({"a":{"x":1},"a":{"y":2}})", "/a/x") == "nothing");
}
