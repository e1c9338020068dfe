#include "events/challenge.h"

#include <fmt/format.h>

#include "json/json_string.h"
#include "json/json_text.h"

namespace alohook {
namespace {

/// Returns the JSON text of the top level's string `key`.
std::optional<std::string_view> string_member(const JsonText& json, std::string_view key) {
  const auto value = json.member(JsonText::root, key);
  if (!value || json.kind(*value) != JsonText::Kind::string) return std::nullopt;
  return json.raw(*value);
}

}  // namespace

std::string challenge_body(std::string_view challenge, std::string_view type) {
  return fmt::format("{{\n    \"challenge\": {},\n    \"type\": {}\n}}", quote_json_string(challenge),
                     quote_json_string(type));
}

EventHead read_event_head(std::string_view body) {
  EventHead head;
  const auto json = JsonText::parse(body, {.record_depth = 1});
  if (!json) return head;
  const auto raw_type = string_member(*json, "type");
  if (!raw_type) return head;
  head.type = unescape_json_string(*raw_type);
  if (head.type != challenge_type && head.type != challenge_type_alias) return head;
  if (const auto challenge = string_member(*json, "challenge")) head.challenge = std::string(*challenge);
  return head;
}

std::optional<std::string> challenge_in(std::string_view body) { return read_event_head(body).challenge; }

Response challenge_answer(std::string_view raw_challenge) {
  return {.status = 200,
          .reason = "OK",
          .headers = {{"Content-Type", "application/json"}},
          .body = fmt::format("{{\"challenge\":{}}}", raw_challenge)};
}

}  // namespace alohook
