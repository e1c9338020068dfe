#include "events/fixture.h"

#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <random>
#include <set>

#include "base/codec.h"
#include "base/random.h"
#include "events/event_type.h"
#include "support/catch.hpp"

using namespace alohook;

namespace {

RandomBits seeded(std::uint64_t seed) { return std::mt19937_64(seed); }

const Time now = *parse_iso8601("2026-11-23T17:00:00.123Z");

std::string fresh(std::string_view body, std::uint64_t seed = 1) { return refresh(body, now, seeded(seed)); }

std::string file_bytes(const std::string& path) {
  std::ifstream file(ALOHOOK_SOURCE_DIR "/" + path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace

TEST_CASE("there is a fixture for each spelling of each event, the challenge first") {
  std::vector<std::string> names;
  for (const Fixture& fixture : built_in_fixtures()) names.push_back(fixture.name);
  CHECK(names == std::vector<std::string>{"webhook_url_verification", "webhook_url_validation",
                                          "action_created", "action_updated", "action_status_updated",
                                          "action_status_changed", "action_assignment_changed",
                                          "action_message_added"});
}

TEST_CASE("a built-in fixture has exactly the bytes of its file") {
  for (const Fixture& fixture : built_in_fixtures()) {
    CAPTURE(fixture.name);
    CHECK(fixture.body == file_bytes("fixtures/" + fixture.name + ".json"));
  }
}

TEST_CASE("a fixture's type is its name, its text is UTF-8, and it notes which parts are made up") {
  const std::string readme = file_bytes("fixtures/README.md");
  for (const Fixture& fixture : built_in_fixtures()) {
    CAPTURE(fixture.name);
    CHECK(event_type_of(fixture.body) == fixture.name);
    CHECK(is_utf8(fixture.body));
    CHECK_FALSE(fixture.documented.empty());
    CHECK_FALSE(fixture.invented.empty());
    CHECK_THAT(readme, ContainsSubstring("`" + fixture.name + ".json`"));
  }
}

TEST_CASE("the challenge fixture is the body that ALO prints") {
  CHECK(built_in_fixtures().front().body ==
        "{\n    \"challenge\": \"cad3d673-4965-44ae-b536-647142df97a7\",\n"
        "    \"type\": \"webhook_url_verification\"\n}");
}

TEST_CASE("the fixtures contain JSON that changes when it is re-serialized") {
  std::string all;
  for (const Fixture& fixture : built_in_fixtures()) all += fixture.body + '\0';
  for (const char* bytes :
       {"\r\n", "\n\t", "\\/", "\\u00f4", "\\ud83c\\udfdf", "12.50", "1.0", "1E-2", "9007199254740993",
        "e\xCC\x81", "\xF0\x9F", "\xE2\x80\x9C", "\xC4\x80LO", "}\n"}) {
    CAPTURE(bytes);
    CHECK_THAT(all, ContainsSubstring(bytes));
  }
}

TEST_CASE("a refreshed fixture differs in ids and times only, and keeps its length") {
  // What may change is found by a JSON library that knows nothing of bytes.
  using Json = nlohmann::ordered_json;
  for (const Fixture& fixture : built_in_fixtures()) {
    CAPTURE(fixture.name);
    const std::string refreshed = fresh(fixture.body);
    REQUIRE(refreshed.size() == fixture.body.size());
    const Json before = Json::parse(fixture.body).flatten();
    const Json after = Json::parse(refreshed).flatten();
    REQUIRE(before.size() == after.size());
    for (const auto& [pointer, value] : before.items()) {
      const std::string key = pointer.substr(pointer.rfind('/') + 1);
      const bool is_id =
          key == "id" || (key.size() > 2 && key.substr(key.size() - 2) == "Id") || key == "challenge";
      const bool is_time =
          key == "created_at" || key == "updated_at" || key == "timestamp" || key == "lastModified";
      CAPTURE(pointer);
      CHECK((after.at(pointer) != value) == (is_id || is_time));
    }
  }
}

TEST_CASE("whitespace, escapes and numbers other than ids survive a refresh byte for byte") {
  const std::string body =
      "{\r\n\t\"n\": 1.0, \"b\": 9007199254740993, \"s\": \"\\u00e9\\/\", \"grid\": 12, \"ID\": 5 }\n";
  CHECK(fresh(body) == body);
}

TEST_CASE("equal ids stay equal and different ones different") {
  const std::string body = fresh(
      R"({"id":"0b9c4a52-6f1d-4f4e-8f0e-3b8d3f1c7a10","channelId":)"
      R"("chat.team.0B9C4A52-6F1D-4F4E-8F0E-3B8D3F1C7A10","x":"7c1de6a8-3d0f-4a58-b1c5-9d2a1f60e3b7"})");
  const auto json = nlohmann::json::parse(body);
  const std::string id = json["id"];
  std::string channel = json["channelId"];
  REQUIRE(channel.substr(0, 10) == "chat.team.");
  channel.erase(0, 10);
  for (char& c : channel) {
    CHECK_FALSE((c >= 'a' && c <= 'f'));
    c = static_cast<char>(std::tolower(c));
  }
  CHECK(channel == id);
  CHECK(id != "0b9c4a52-6f1d-4f4e-8f0e-3b8d3f1c7a10");
  CHECK(json["x"] != "7c1de6a8-3d0f-4a58-b1c5-9d2a1f60e3b7");
  CHECK(json["x"] != id);
}

TEST_CASE("an id keeps its number of digits, and one-digit ids don't collide") {
  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    const auto json = nlohmann::json::parse(fresh(
        R"([{"id":1},{"id":2},{"id":3},{"id":4},{"id":5},{"id":6},{"id":7},{"id":8},{"aId":9},{"bId":9},{"id":0}])",
        seed));
    std::set<int> ids;
    for (int i = 0; i < 9; ++i) ids.insert(json[static_cast<std::size_t>(i)].begin()->get<int>());
    CHECK(ids == std::set<int>{1, 2, 3, 4, 5, 6, 7, 8, 9});
    CHECK(json[8]["aId"] == json[9]["bId"]);
    CHECK(json[10]["id"] == 0);
    const std::string big = fresh(R"({"id":123456789012345678901234567890})", seed);
    CHECK(nlohmann::json::accept(big));
    CHECK(big.size() == std::string_view(R"({"id":123456789012345678901234567890})").size());
    CHECK(fresh(R"({"id":7})", seed) != R"({"id":7})");
  }
}

TEST_CASE("numbers other than positive integers are not refreshed") {
  for (const char* body : {R"({"id":0})", R"({"id":-5})", R"({"id":1.5})", R"({"id":1e3})",
                           R"({"id":"91011"})", R"({"id":[5]})", R"({"valid":5})", R"({"id":null})"}) {
    CHECK(fresh(body) == body);
  }
}

TEST_CASE("times move together so that the latest is now") {
  // 1721328060123 ms is 2024-07-18T18:41:00.123Z (python3: datetime.fromtimestamp(1721328060.123, UTC)).
  CHECK(fresh(R"(["2024-07-18T18:30:00.000Z","1721328060123","2024-07-18T18:40:59.123Z"])") ==
        R"(["2026-11-23T16:49:00.000Z","1795453200123","2026-11-23T16:59:59.123Z"])");
}

TEST_CASE("a time keeps the precision it was written in") {
  CHECK(fresh(R"(["2024-07-18T18:30:00Z"])") == R"(["2026-11-23T17:00:00Z"])");
  CHECK(fresh(R"(["2024-07-18T18:30:00.5Z"])") == R"(["2026-11-23T17:00:00.1Z"])");
  CHECK(fresh(R"(["2024-07-18T18:30:00.000456789Z"])") == R"(["2026-11-23T17:00:00.123456789Z"])");
}

TEST_CASE("text that only resembles a time or a UUID is not refreshed") {
  for (
      const char* body :
      {R"(["2024-07-18","2024-07-18T18:30:00.000+02:00","at 2024-07-18T18:30:00.000Z","2024-02-30T18:30:00.000Z"])",
       R"(["4006381333931","172132806012","17213280601234",1721328060123])",
       R"(["x0b9c4a52-6f1d-4f4e-8f0e-3b8d3f1c7a10","0b9c4a52-6f1d-4f4e-8f0e-3b8d3f1c7a105","0b9c4a526f1d4f4e8f0e3b8d3f1c7a10"])",
       R"({"2024-07-18T18:30:00.000Z":1})"}) {
    CHECK(fresh(body) == body);
  }
}

TEST_CASE("a UUID behind an escape or as a key is replaced as well") {
  CHECK(fresh(R"(["\n0b9c4a52-6f1d-4f4e-8f0e-3b8d3f1c7a10"])").substr(0, 4) == R"(["\n)");
  CHECK(fresh(R"(["\n0b9c4a52-6f1d-4f4e-8f0e-3b8d3f1c7a10"])") !=
        R"(["\n0b9c4a52-6f1d-4f4e-8f0e-3b8d3f1c7a10"])");
  const auto json = nlohmann::json::parse(
      fresh(R"({"0b9c4a52-6f1d-4f4e-8f0e-3b8d3f1c7a10":1,"userId":"0b9c4a52-6f1d-4f4e-8f0e-3b8d3f1c7a10"})"));
  CHECK(json.contains(json["userId"].get<std::string>()));
}

TEST_CASE("a clock far from the fixture's times never changes a length") {
  const std::string body = R"(["0001-01-01T00:00:00.000Z","9999-12-31T23:59:59.999Z","1721328060123"])";
  for (const char* moment :
       {"1970-01-01T00:00:00.000Z", "9999-12-31T23:59:59.999Z", "0001-01-01T00:00:00Z"}) {
    const std::string moved = refresh(body, *parse_iso8601(moment), seeded(1));
    CHECK(moved.size() == body.size());
    CHECK(nlohmann::json::accept(moved));
  }
}

TEST_CASE("the same seed gives the same bytes and another seed others") {
  const std::string& body = built_in_fixtures().back().body;
  CHECK(fresh(body, 7) == fresh(body, 7));
  CHECK(fresh(body, 7) != fresh(body, 8));
}

TEST_CASE("a body that is not JSON is returned unchanged") {
  for (const char* body : {"", "{\"id\":5", "id 0b9c4a52-6f1d-4f4e-8f0e-3b8d3f1c7a10", "\xFF"})
    CHECK(fresh(body) == body);
}

TEST_CASE("a UUID is of version 4 and in lower case") {
  const RandomBits random = seeded(3);
  for (int i = 0; i < 100; ++i) {
    CHECK_THAT(make_uuid(random), Catch::Matchers::Matches(
                                      "[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"));
  }
  CHECK(make_uuid([] { return ~0ULL; }) == "ffffffff-ffff-4fff-bfff-ffffffffffff");
  CHECK(make_uuid([] { return 0ULL; }) == "00000000-0000-4000-8000-000000000000");
}

TEST_CASE("the fresh parts of a body are its ids and times, and nothing else changes") {
  for (const Fixture& fixture : built_in_fixtures()) {
    CAPTURE(fixture.name);
    std::string old = fixture.body, fresh_body = fresh(fixture.body);
    const auto parts = fresh_parts(fixture.body);
    CHECK_FALSE(parts.empty());
    for (const FreshPart& part : parts) {
      old.replace(part.offset, part.length, part.length, '?');
      fresh_body.replace(part.offset, part.length, part.length, '?');
    }
    CHECK(old == fresh_body);
  }
  CHECK(fresh_parts("no JSON").empty());
}

TEST_CASE("a time knows how long it is before the latest one") {
  const auto parts =
      fresh_parts(R"({"a":"2024-07-18T18:30:00Z","id":12,"b":"2024-07-18T18:30:01.5Z","c":"1721327401000"})");
  REQUIRE(parts.size() == 4);
  CHECK(parts[0].kind == FreshPart::Kind::number);
  CHECK(parts[1].before_latest.count() == 1500);
  CHECK(parts[2].before_latest.count() == 0);
  CHECK(parts[3].before_latest.count() == 500);
}

TEST_CASE("fresh parts follow a change of the body, and those that it replaces are no longer fresh") {
  const std::string body = R"({"id":12,"text":"long","aId":345,"bId":678})";
  auto parts = fresh_parts(body);
  const std::string changed = apply_overrides(body,
                                              {{Override::Kind::set, "text", R"("")"},
                                               {Override::Kind::set, "aId", "1"},
                                               {Override::Kind::unset, "id", ""},
                                               {Override::Kind::set, "new", "[1,2]", true}},
                                              [&](const Splice& change) { follow_change(parts, change); });
  CHECK(changed == R"({"text":"","aId":1,"bId":678,"new":[1,2]})");
  REQUIRE(parts.size() == 1);
  CHECK(changed.substr(parts[0].offset, parts[0].length) == "678");
}
