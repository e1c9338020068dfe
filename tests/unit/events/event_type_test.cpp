#include "events/event_type.h"

#include "base/spelling.h"
#include "events/challenge.h"
#include "support/catch.hpp"

using namespace alohook;

TEST_CASE("the challenge comes first, then the types in the order of ALO's table") {
  std::vector<std::string> names;
  for (const EventType& type : event_types()) names.emplace_back(type.name);
  CHECK(names == std::vector<std::string>{"webhook_url_verification", "action_created", "action_updated",
                                          "action_status_updated", "action_assignment_changed",
                                          "action_message_added"});
}

TEST_CASE("both spellings that ALO prints name one event type") {
  CHECK(find_event_type("webhook_url_validation") == find_event_type("webhook_url_verification"));
  CHECK(find_event_type("action_status_changed") == find_event_type("action_status_updated"));
  CHECK(find_event_type("action_status_changed")->name == "action_status_updated");
  CHECK(find_event_type("action_deleted") == nullptr);
  CHECK(find_event_type("") == nullptr);
}

TEST_CASE("two spellings are the same event, and an unknown name is the same as itself only") {
  CHECK(same_event("action_status_changed", "action_status_updated"));
  CHECK(same_event("webhook_url_verification", "webhook_url_validation"));
  CHECK(same_event("alohook.check", "alohook.check"));
  CHECK_FALSE(same_event("alohook.check", "other"));
  CHECK_FALSE(same_event("action_created", "action_updated"));
  CHECK_FALSE(same_event("", "action_created"));
}

TEST_CASE("the type is the string at the top level") {
  CHECK(event_type_of(R"({"type":"action_created"})") == "action_created");
  CHECK(event_type_of(" {\r\n\"a\" : [{\"type\":\"inner\"}], \"type\" : \"outer\" }\n") == "outer");
  CHECK(event_type_of(R"({"action":{"type":"inner"}})") == std::nullopt);
  CHECK(event_type_of(R"({"\u0074ype":"action\u005fcreated"})") == "action_created");
}

TEST_CASE("of two types the last one counts, as in most parsers") {
  CHECK(event_type_of(R"({"type":"a","type":"b"})") == "b");
  CHECK(event_type_of(R"({"type":"a","type":7})") == std::nullopt);
}

TEST_CASE("a body without a readable type has none") {
  for (const char* body :
       {"", "{", "[]", "null", "\"type\"", "{}", R"({"type":null})", R"({"type":{"type":"a"}})",
        R"({"type":"a"} x)", "\xEF\xBB\xBF{\"type\":\"a\"}", "{\"type\":\"\xFF\"}"}) {
    CAPTURE(body);
    CHECK(event_type_of(body) == std::nullopt);
  }
}

TEST_CASE("a typing error suggests the intended name") {
  std::vector<std::string_view> names;
  for (const EventType& type : event_types()) {
    names.push_back(type.name);
    if (!type.alias.empty()) names.push_back(type.alias);
  }
  CHECK(nearest("action_craeted", names) == "action_created");
  CHECK(nearest("action-created", names) == "action_created");
  CHECK(nearest("ACTION_CREATED", names) == "action_created");
  CHECK(nearest("action_status_update", names) == "action_status_updated");
  CHECK(nearest("action_status_chnaged", names) == "action_status_changed");
  CHECK(nearest("webhook_url_verificaton", names) == "webhook_url_verification");
}

TEST_CASE("a part of a name suggests the shortest name that contains it") {
  const std::vector<std::string_view> names{"action_message_added_twice", "action_message_added",
                                            "action_created"};
  CHECK(nearest("message_added", names) == "action_message_added");
}

TEST_CASE("there is no suggestion without a similar name") {
  const std::vector<std::string_view> names{"action_created", "ab"};
  CHECK(nearest("invoice.paid", names).empty());
  CHECK(nearest("", names).empty());
  CHECK(nearest("xy", names).empty());
  CHECK(nearest(std::string(100'000, 'a'), names).empty());
  CHECK(nearest("a", {}).empty());
}
