#include "json/json_text.h"

#include <nlohmann/json.hpp>

#include "base/codec.h"
#include "support/catch.hpp"
#include "support/corpora.h"

using namespace alohook;

namespace {

std::string repeated(std::string_view text, std::size_t count) {
  std::string out;
  for (std::size_t i = 0; i < count; ++i) out += text;
  return out;
}

std::string nested(std::size_t depth) { return std::string(depth, '[') + std::string(depth, ']'); }

std::vector<std::string> raws(const JsonText& json, JsonText::Index value) {
  std::vector<std::string> out;
  for (const auto child : json.children(value)) out.emplace_back(json.raw(child));
  return out;
}

}  // namespace

TEST_CASE("the JSON Parsing Test Suite's files are accepted and rejected as named") {
  const auto folder = corpus("json-test-suite/test_parsing");
  if (!folder) {
    WARN("the corpus json-test-suite is not here");
    return;
  }
  std::size_t count = 0;
  for (const auto& file : files_in(*folder)) {
    const std::string name = file.filename().string();
    const std::string text = read_bytes(file);
    CAPTURE(name);
    const auto json = JsonText::parse(text);
    if (name.starts_with("y_")) CHECK(json.has_value());
    if (name.starts_with("n_")) CHECK_FALSE(json.has_value());
    if (json) CHECK(text.find(json->raw(JsonText::root)) != std::string::npos);
    ++count;
  }
  CHECK(count == 318);
}

TEST_CASE("a tree's values are the exact bytes of the text") {
  const std::string text =
      " {\"a\" : 1.0 , \"b\":[ true,\"x\\u0041\\/\" , {} , "
      "[]],\t\"\\u0063\":-0E+2,\"n\":12345678901234567890}\n";
  const auto json = JsonText::parse(text);
  REQUIRE(json);
  CHECK(json->kind(JsonText::root) == JsonText::Kind::object);
  CHECK(json->offset(JsonText::root) == 1);
  CHECK(json->raw(JsonText::root) == text.substr(1, text.size() - 2));
  CHECK(json->raw_key(JsonText::root).empty());

  const auto members = json->children(JsonText::root);
  REQUIRE(members.size() == 4);
  CHECK(json->raw_key(members[0]) == "\"a\"");
  CHECK(json->raw(members[0]) == "1.0");
  CHECK(json->kind(members[0]) == JsonText::Kind::number);
  CHECK(json->offset(members[0]) == text.find("1.0"));
  CHECK(json->raw_key(members[1]) == "\"b\"");
  CHECK(json->raw(members[1]) == "[ true,\"x\\u0041\\/\" , {} , []]");
  CHECK(raws(*json, members[1]) == std::vector<std::string>{"true", "\"x\\u0041\\/\"", "{}", "[]"});
  CHECK(json->raw_key(members[2]) == "\"\\u0063\"");
  CHECK(json->raw(members[2]) == "-0E+2");
  CHECK(json->raw(members[3]) == "12345678901234567890");

  const auto items = json->children(members[1]);
  CHECK(json->kind(items[0]) == JsonText::Kind::literal);
  CHECK(json->kind(items[1]) == JsonText::Kind::string);
  CHECK(json->kind(items[2]) == JsonText::Kind::object);
  CHECK(json->kind(items[3]) == JsonText::Kind::array);
  CHECK_FALSE(json->has_children(items[2]));
  CHECK(json->raw_key(items[0]).empty());
}

TEST_CASE("siblings are visited without descending into what is between them") {
  const auto json = JsonText::parse(R"([[1,[2,3]],{"k":[4]},5])");
  REQUIRE(json);
  const auto first = json->first_child(JsonText::root);
  CHECK(json->raw(first) == "[1,[2,3]]");
  const auto second = json->next_sibling(first, JsonText::root);
  CHECK(json->raw(second) == R"({"k":[4]})");
  const auto third = json->next_sibling(second, JsonText::root);
  CHECK(json->raw(third) == "5");
  CHECK(json->next_sibling(third, JsonText::root) == JsonText::none);
  CHECK(json->first_child(third) == JsonText::none);
  // The last item of an inner array has no sibling, even though the text continues.
  const auto inner = json->children(first).back();
  CHECK(json->next_sibling(inner, first) == JsonText::none);
}

TEST_CASE("of duplicate keys, the last one counts, and all of them are in the tree") {
  const auto json = JsonText::parse(R"({"k":1,"\u006b":2,"K":3})");
  REQUIRE(json);
  CHECK(json->children(JsonText::root).size() == 3);
  CHECK(json->raw(json->member(JsonText::root, "k").value()) == "2");
  CHECK(json->raw(json->member(JsonText::root, "K").value()) == "3");
  CHECK(json->member(JsonText::root, "\\u006b") == std::nullopt);
  CHECK(json->member(JsonText::root, "") == std::nullopt);
}

TEST_CASE("an array has no members") {
  const auto json = JsonText::parse(R"(["type"])");
  REQUIRE(json);
  CHECK(json->member(JsonText::root, "type") == std::nullopt);
  CHECK(json->member(json->first_child(JsonText::root), "type") == std::nullopt);
}

TEST_CASE("JSON nested 200 deep is accepted, 201 deep is rejected") {
  CHECK(JsonText::parse(nested(200)));
  CHECK_FALSE(JsonText::parse(nested(201)));
  CHECK(JsonText::parse(nested(3), {.depth = 3}));
  CHECK_FALSE(JsonText::parse(nested(4), {.depth = 3}));
}

TEST_CASE("the maximum number of values is accepted, one more is rejected") {
  CHECK(JsonText::parse("[1,2,3,4]", {.values = 5}));
  CHECK_FALSE(JsonText::parse("[1,2,3,4,5]", {.values = 5}));
  CHECK_FALSE(JsonText::parse("[" + repeated("0,", 1'000'000) + "0]"));
}

TEST_CASE("values below the recorded depth are checked but not stored") {
  const auto json = JsonText::parse(R"({"a":{"b":[1,2]},"c":3})", {.record_depth = 1});
  REQUIRE(json);
  const auto members = json->children(JsonText::root);
  REQUIRE(members.size() == 2);
  CHECK(json->raw(members[0]) == R"({"b":[1,2]})");
  CHECK_FALSE(json->has_children(members[0]));
  CHECK(json->raw(members[1]) == "3");
  CHECK_FALSE(JsonText::parse(R"({"a":{"b":[1,2,]},"c":3})", {.record_depth = 1}));
}

TEST_CASE("a hundred thousand opening brackets don't overflow the stack") {
  const std::size_t many = 100'000;
  CHECK_FALSE(JsonText::parse(std::string(many, '[')));
  CHECK_FALSE(JsonText::parse(repeated("{\"a\":", many)));
  CHECK_FALSE(JsonText::parse(std::string(many, '['), {.depth = 2 * many}));
  const auto deep = JsonText::parse(nested(many), {.depth = many});
  REQUIRE(deep);
  CHECK(deep->raw(JsonText::root).size() == 2 * many);
}

TEST_CASE("text around a value, a byte order mark and empty text are rejected") {
  const auto text = GENERATE(as<std::string>{}, "", " ", "\n", "{}x", "{} {}", "\xef\xbb\xbf{}",
                             "{}\xef\xbb\xbf", "{},", "// c\n{}", "{}/**/", "nul", "True", "NaN", "+1", "01",
                             "1.", ".5", "1e", "0x1", "'a'", "{a:1}", "{\"a\" 1}", "[1 2]", "\"\\x\"",
                             "\"\\u12\"", "\"\\u00g0\"", "\"a", "\"\t\"", "\v1", "\xc2\xa0");
  CAPTURE(text);
  CHECK_FALSE(JsonText::parse(text));
}
