#include "events/challenge.h"

#include "support/catch.hpp"

using namespace alohook;

TEST_CASE("the challenge's body is what ALO prints, byte for byte") {
  // Verbatim from ALO's page on webhooks.
  CHECK(challenge_body("cad3d673-4965-44ae-b536-647142df97a7") ==
        "{\n"
        "    \"challenge\": \"cad3d673-4965-44ae-b536-647142df97a7\",\n"
        "    \"type\": \"webhook_url_verification\"\n"
        "}");
}

TEST_CASE("the challenge's other spelling can be sent too") {
  CHECK(challenge_body("x", challenge_type_alias) ==
        "{\n    \"challenge\": \"x\",\n    \"type\": \"webhook_url_validation\"\n}");
}

TEST_CASE("a challenge with quotes in it is still one JSON string") {
  CHECK_THAT(challenge_body("a\"b\\"), ContainsSubstring(R"("challenge": "a\"b\\",)"));
}

TEST_CASE("the challenge is found in either spelling and any spacing") {
  CHECK(challenge_in(challenge_body("c-1")) == "\"c-1\"");
  CHECK(challenge_in(R"({"type":"webhook_url_validation","challenge":"c-2"})") == "\"c-2\"");
  CHECK(challenge_in("{\r\n \"type\" :\t\"webhook_url_verification\" , \"challenge\":\"c-3\"}\r\n") ==
        "\"c-3\"");
}

TEST_CASE("the challenge's escapes are echoed as written") {
  CHECK(challenge_in(R"({"challenge":"\u00e9\/\ud800","type":"webhook_url_verification"})") ==
        R"("\u00e9\/\ud800")");
}

TEST_CASE("an event with a member named challenge isn't a challenge") {
  CHECK(challenge_in(R"({"challenge":"c","type":"action_created"})") == std::nullopt);
  CHECK(challenge_in(R"({"challenge":"c"})") == std::nullopt);
}

TEST_CASE("a challenge that is not a string isn't found") {
  for (const char* value : {"null", "1", "true", "[\"c\"]", "{\"a\":\"c\"}"}) {
    CAPTURE(value);
    CHECK(challenge_in(std::string(R"({"type":"webhook_url_verification","challenge":)") + value + "}") ==
          std::nullopt);
  }
  CHECK(challenge_in(R"({"type":"webhook_url_verification"})") == std::nullopt);
  CHECK(challenge_in(R"({"type":["webhook_url_verification"],"challenge":"c"})") == std::nullopt);
}

TEST_CASE("of duplicate members the last one counts") {
  CHECK(challenge_in(R"({"type":"a","type":"webhook_url_verification","challenge":"1","challenge":"2"})") ==
        "\"2\"");
}

TEST_CASE("a body that isn't JSON contains no challenge") {
  CHECK(challenge_in("") == std::nullopt);
  CHECK(challenge_in("[]") == std::nullopt);
  CHECK(challenge_in(R"({"type":"webhook_url_verification","challenge":"c")") == std::nullopt);
}

TEST_CASE("the response is the one that ALO documents") {
  const Response answer = challenge_answer("\"cad3d673-4965-44ae-b536-647142df97a7\"");
  CHECK(answer.status == 200);
  CHECK(header_value(answer.headers, "Content-Type") == "application/json");
  CHECK(answer.body == R"({"challenge":"cad3d673-4965-44ae-b536-647142df97a7"})");
}
