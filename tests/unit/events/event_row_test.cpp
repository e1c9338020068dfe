#include "events/event_row.h"

#include <nlohmann/json.hpp>

#include "support/catch.hpp"

using namespace alohook;

TEST_CASE("a title is the first string among the documented places") {
  CHECK(event_title(R"({"action":{"title":"Leak in hall B"},"title":"no"})") == "Leak in hall B");
  CHECK(event_title(R"({"message":{"text":"hello"},"name":"no"})") == "hello");
  CHECK(event_title(R"({"name":"n","title":"t"})") == "t");
  CHECK(event_title(R"({"name":"n"})") == "n");
  CHECK(event_title(R"({"action":{"title":7},"name":"n"})") == "n");
  CHECK(event_title(R"({"title":"\u0041\ud83d\ude80"})") == "A🚀");
}

TEST_CASE("an event without a title has an empty one") {
  for (const char* body : {"", "x", "[]", "42", R"({"action":"title"})", R"({"title":null})"}) {
    INFO(body);
    CHECK(event_title(body).empty());
  }
}

TEST_CASE("a title is cut after 120 characters, not bytes") {
  std::string text;
  for (int i = 0; i < 200; ++i) text += "é";
  const std::string title = event_title(R"({"title":")" + text + "\"}");
  CHECK(title == text.substr(0, 240) + "…");
}

TEST_CASE("a row is JSON with the keys that are known") {
  // printf '{}' | sha256sum
  CHECK(body_fingerprint("{}") == "44136fa3");
  EventRow row{.n = -3,
               .id = "a1c6",
               .at = *parse_iso8601("2026-11-26T20:23:56.304Z"),
               .type = "action_created",
               .title = "<img src=x onerror=alert(1)>",
               .verdict = "invalid",
               .cause = "body-reserialised",
               .status = 401,
               .took = std::chrono::microseconds(1500),
               .bytes = 2,
               .body_hash = "44136fa3",
               .method = "POST",
               .target = "/"};
  row.forward_status = 200;
  const auto json = nlohmann::json::parse(to_json(row));
  CHECK(json == nlohmann::json::parse(
                    R"({"n":-3,"id":"a1c6","at":"2026-11-26T20:23:56.304Z","type":"action_created",
                        "title":"<img src=x onerror=alert(1)>","verdict":"invalid","cause":"body-reserialised",
                        "status":401,"ms":1.5,"forward":{"status":200},"bytes":2,"body":"44136fa3",
                        "method":"POST","target":"/"})"));
  row.type = std::nullopt;
  row.forward_status = std::nullopt;
  row.forward_obstacle = "refused";
  const auto other = nlohmann::json::parse(to_json(row));
  CHECK(other["type"].is_null());
  CHECK(other["forward"]["obstacle"] == "refused");
}
