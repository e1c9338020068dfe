#include "events/event_type.h"

#include <algorithm>

#include "events/challenge.h"
#include "json/json_string.h"
#include "json/json_text.h"

namespace alohook {
namespace {

constexpr EventType table[] = {
    {challenge_type, challenge_type_alias, "the challenge, when a webhook URL is saved"},
    {"action_created", "", "a new action"},
    {"action_updated", "", "an action changed, for example its form data"},
    {"action_status_updated", "action_status_changed",
     "an action's status changed, for example to Completed"},
    {"action_assignment_changed", "", "the users assigned to an action changed"},
    {"action_message_added", "", "a chat message on an action"},
};

}  // namespace

std::span<const EventType> event_types() { return table; }

const EventType* find_event_type(std::string_view name) {
  if (name.empty()) return nullptr;
  const auto found = std::find_if(std::begin(table), std::end(table), [&](const EventType& type) {
    return type.name == name || type.alias == name;
  });
  return found == std::end(table) ? nullptr : found;
}

bool same_event(std::string_view a, std::string_view b) {
  const EventType* type = find_event_type(a);
  return a == b || (type != nullptr && type == find_event_type(b));
}

std::optional<std::string> event_type_of(std::string_view body) {
  const auto json = JsonText::parse(body, {.record_depth = 1});
  if (!json) return std::nullopt;
  const auto type = json->member(JsonText::root, "type");
  if (!type || json->kind(*type) != JsonText::Kind::string) return std::nullopt;
  return unescape_json_string(json->raw(*type));
}

}  // namespace alohook
