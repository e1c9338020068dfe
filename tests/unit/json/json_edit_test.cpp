#include "json/json_edit.h"

#include <nlohmann/json.hpp>

#include "base/error.h"
#include "events/fixture.h"
#include "support/catch.hpp"

using namespace alohook;

namespace {

std::string set(std::string_view body, std::string path, std::string json) {
  return apply_overrides(body, {{Override::Kind::set, std::move(path), std::move(json)}});
}

std::string add(std::string_view body, std::string path, std::string json) {
  return apply_overrides(body, {{Override::Kind::set, std::move(path), std::move(json), true}});
}

std::string unset(std::string_view body, std::string path) {
  return apply_overrides(body, {{Override::Kind::unset, std::move(path), ""}});
}

/// Returns the message and hint of the Error that `change` throws, or says that it didn't throw.
template <typename Change>
std::string complaint(Change change) {
  try {
    change();
  } catch (const Error& error) {
    return std::string(error.what()) + " | " + error.hint();
  }
  return "no error";
}

}  // namespace

TEST_CASE("setting a value changes no other byte") {
  const std::string body =
      "{\r\n\t\"n\" : 1.0 ,\"u\":\"\\u00e9\\/\", \"title\":  \"old\" ,\"big\":9007199254740993 }\n";
  CHECK(set(body, "/title", "\"new\"") ==
        "{\r\n\t\"n\" : 1.0 ,\"u\":\"\\u00e9\\/\", \"title\":  \"new\" ,\"big\":9007199254740993 }\n");
}

TEST_CASE("a pointer and a dotted path lead to the same value") {
  const std::string body = R"({"a":{"b":[10,{"c":1}]}})";
  CHECK(set(body, "/a/b/1/c", "2") == R"({"a":{"b":[10,{"c":2}]}})");
  CHECK(set(body, "a.b.1.c", "2") == R"({"a":{"b":[10,{"c":2}]}})");
  CHECK(set(body, "a.b.0", "[ ]") == R"({"a":{"b":[[ ],{"c":1}]}})");
}

TEST_CASE("the pointers of RFC 6901's example change the values in the RFC") {
  const std::string body =
      R"({"foo":["bar","baz"],"":0,"a/b":1,"c%d":2,"e^f":3,"g|h":4,"i\\j":5,"k\"l":6," ":7,"m~n":8})";
  const std::pair<const char*, const char*> examples[] = {
      {"/foo/0", "\"bar\""}, {"/", "0"},     {"/a~1b", "1"}, {"/c%d", "2"}, {"/e^f", "3"},
      {"/g|h", "4"},         {"/i\\j", "5"}, {"/k\"l", "6"}, {"/ ", "7"},   {"/m~0n", "8"}};
  for (const auto& [pointer, old] : examples) {
    CAPTURE(pointer);
    std::string expected = body;
    // Each old value occurs once, right after a colon or the array's bracket.
    const auto at = expected.find_first_of(":[", expected.find(old) - 1) + 1;
    expected.replace(at, std::string_view(old).size(), "true");
    CHECK(set(body, pointer, "true") == expected);
  }
  CHECK(set(body, "", "{}") == "{}");
}

TEST_CASE("a key that is written with escapes is found by its decoded value") {
  CHECK(set(R"({"caf\u00e9":1})", "/café", "2") == R"({"caf\u00e9":2})");
}

TEST_CASE("of duplicate keys the last one is changed") {
  CHECK(set(R"({"a":1,"b":0,"a":2})", "a", "3") == R"({"a":1,"b":0,"a":3})");
  CHECK(unset(R"({"a":1,"b":0,"a":2})", "a") == R"({"a":1,"b":0})");
}

TEST_CASE("whitespace around a new value is dropped") { CHECK(set("[ 1 ]", "/0", " 2\n") == "[ 2 ]"); }

TEST_CASE("the empty pointer replaces the whole value and keeps the whitespace around it") {
  CHECK(set(" {\"a\":1}\n", "", "[1]") == " [1]\n");
}

TEST_CASE("unsetting removes one comma, wherever the member is") {
  CHECK(unset(R"({"a":1,"b":2,"c":3})", "a") == R"({"b":2,"c":3})");
  CHECK(unset(R"({"a":1,"b":2,"c":3})", "b") == R"({"a":1,"c":3})");
  CHECK(unset(R"({"a":1,"b":2,"c":3})", "c") == R"({"a":1,"b":2})");
  CHECK(unset(R"({"a":1})", "a") == "{}");
  CHECK(unset("[1, 2, 3]", "/0") == "[2, 3]");
  CHECK(unset("[1, 2, 3]", "/2") == "[1, 2]");
}

TEST_CASE("unsetting preserves the lines of a pretty-printed body") {
  const std::string body = "{\n  \"a\": 1,\n  \"b\": 2,\n  \"c\": 3\n}\n";
  CHECK(unset(body, "a") == "{\n  \"b\": 2,\n  \"c\": 3\n}\n");
  CHECK(unset(body, "b") == "{\n  \"a\": 1,\n  \"c\": 3\n}\n");
  CHECK(unset(body, "c") == "{\n  \"a\": 1,\n  \"b\": 2\n}\n");
  CHECK(unset("{\n  \"a\": 1\n}\n", "a") == "{}\n");
}

TEST_CASE("adding a member uses the existing spacing") {
  CHECK(add(R"({"a":1})", "b", "2") == R"({"a":1,"b":2})");
  CHECK(add(R"({"a": 1, "b": 2})", "c", "3") == R"({"a": 1, "b": 2, "c": 3})");
  CHECK(add("{\n  \"a\": 1\n}\n", "b", "2") == "{\n  \"a\": 1,\n  \"b\": 2\n}\n");
  CHECK(add("{\r\n\t\"a\" : 1 }", "b", "2") == "{\r\n\t\"a\" : 1,\r\n\t\"b\" : 2 }");
  CHECK(add("{}", "b", "2") == R"({"b":2})");
  CHECK(add(R"({"a": {}})", "a.b", "2") == R"({"a": {"b": 2}})");
}

TEST_CASE("adding creates missing parents") {
  CHECK(add(R"({"a":1})", "/x/y/z", "true") == R"({"a":1,"x":{"y":{"z":true}}})");
  CHECK(add(R"({"a":1})", "x.-.y", "true") == R"({"a":1,"x":[{"y":true}]})");
}

TEST_CASE("adding at an array's size or at - appends to it") {
  CHECK(add("[1, 2]", "/2", "3") == "[1, 2, 3]");
  CHECK(add("[1,\n 2]", "/-", "3") == "[1,\n 2,\n 3]");
  CHECK(add("[]", "/-", "3") == "[3]");
  CHECK_THAT(complaint([] { add("[1,2]", "/3", "3"); }), ContainsSubstring("2 items"));
  CHECK_THAT(complaint([] { add("[1,2]", "/01", "3"); }), ContainsSubstring("2 items"));
}

TEST_CASE("adding an existing value replaces it, and nothing can be added inside a scalar") {
  CHECK(add(R"({"a":1})", "a", "2") == R"({"a":2})");
  CHECK_THAT(complaint([] { add(R"({"a":"text"})", "a.b", "2"); }),
             ContainsSubstring("neither object nor array"));
}

TEST_CASE("a new key is escaped") { CHECK(add("{}", "/a\"b", "1") == R"({"a\"b":1})"); }

TEST_CASE("a missing path is an error that suggests an existing one") {
  const std::string body = R"({"action":{"title":"t","status":"Doing"}})";
  CHECK_THAT(complaint([&] { set(body, "/action/titel", "1"); }),
             ContainsSubstring("the body has no \"/action/titel\"") &&
                 ContainsSubstring("did you mean \"/action/title\"?") && ContainsSubstring("--add"));
  CHECK_THAT(complaint([&] { set(body, "action.statsu", "1"); }),
             ContainsSubstring("did you mean \"action.status\"?"));
  CHECK_THAT(complaint([&] { set(body, "title", "1"); }),
             ContainsSubstring("did you mean \"action.title\"?"));
  CHECK_THAT(complaint([&] { set(body, "invoice", "1"); }), !ContainsSubstring("did you mean"));
}

TEST_CASE("unsetting a missing path is an error that doesn't mention --add") {
  CHECK_THAT(complaint([] { unset(R"({"title":1})", "titel"); }),
             ContainsSubstring("did you mean \"title\"?") && !ContainsSubstring("--add"));
  CHECK_THAT(complaint([] { unset("{}", ""); }), ContainsSubstring("whole body"));
}

TEST_CASE("a body, a value and a path must be well-formed") {
  CHECK_THAT(complaint([] { set("not json", "a", "1"); }), ContainsSubstring("the body is not JSON"));
  CHECK_THAT(complaint([] { set(R"({"a":1})", "a", "Leak"); }),
             ContainsSubstring("not JSON: Leak") && ContainsSubstring("--set"));
  CHECK_THAT(complaint([] { set(R"({"a":1})", "/a~2", "1"); }), ContainsSubstring("\"/a~2\" is no path"));
  CHECK_THAT(complaint([] { set(R"({"a":1})", "a..b", "1"); }), ContainsSubstring("\"a..b\" is no path"));
  CHECK_THAT(complaint([] { set("[1]", "/-", "1"); }), ContainsSubstring("the body has no \"/-\""));
}

TEST_CASE("a suggestion escapes terminal control characters from the body") {
  CHECK_THAT(complaint([] { set("{\"titles\\u001b[31m\":1}", "titles [31m", "1"); }),
             ContainsSubstring("did you mean") && !ContainsSubstring("\x1b"));
}

TEST_CASE("a path that exceeds the nesting limit is rejected") {
  std::string path;
  for (int i = 0; i < 300; ++i) path += "/a";
  const Override deep{.kind = Override::Kind::set, .path = path, .json = "1", .add = true};
  CHECK_THAT(complaint([&] { apply_overrides("{}", {deep}); }), ContainsSubstring("nested too deeply"));
}

TEST_CASE("overrides are applied in order") {
  CHECK(apply_overrides(R"({"a":1})", {{Override::Kind::set, "b", "{}", true},
                                       {Override::Kind::set, "b.c", "2", true},
                                       {Override::Kind::unset, "a", ""}}) == R"({"b":{"c":2}})");
  CHECK(apply_overrides(" as it is ", {}) == " as it is ");
}

TEST_CASE("every value of every fixture can be set and unset with the same result as another JSON library") {
  using Json = nlohmann::ordered_json;
  for (const Fixture& fixture : built_in_fixtures()) {
    const Json original = Json::parse(fixture.body);
    const Json leaves = original.flatten();
    for (const auto& [pointer, value] : leaves.items()) {
      CAPTURE(fixture.name, pointer);
      Json changed = original;
      changed[Json::json_pointer(pointer)] = "new é";
      CHECK(Json::parse(set(fixture.body, pointer, "\"new é\"")) == changed);
      Json smaller = original;
      smaller = smaller.patch(Json::array({{{"op", "remove"}, {"path", pointer}}}));
      CHECK(Json::parse(unset(fixture.body, pointer)) == smaller);
    }
  }
}
