#pragma once
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace alohook {

/// An event type that ALO documents. ALO's pages spell two of them in two ways; `alias` is the second spelling.
struct EventType {
  std::string_view name;
  std::string_view alias;  ///< empty when there is one spelling
  std::string_view meaning;
};

/// ALO's table of types, the challenge first.
std::span<const EventType> event_types();

/// Returns the type that has this name or alias, or null.
const EventType* find_event_type(std::string_view name);

/// Returns whether two names mean the same event: equal, or the two spellings of one type.
bool same_event(std::string_view a, std::string_view b);

/// Returns the string at the top level's `type`; nullopt when the body is not a JSON object or has none.
std::optional<std::string> event_type_of(std::string_view body);

}  // namespace alohook
