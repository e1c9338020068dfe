#include "events/event_filter.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/error.h"
#include "base/visible.h"
#include "events/event_type.h"
#include "json/json_string.h"

namespace alohook {

void EventFilter::add_type(std::string type) { types_.push_back(std::move(type)); }

void EventFilter::add_where(std::string_view condition) {
  const auto equals = condition.find('=');
  const auto path = parse_json_path(condition.substr(0, equals));
  if (equals == std::string_view::npos || equals == 0 || !path) {
    throw Error(fmt::format("'{}' is not a condition", visible(condition)),
                "write /json/pointer=value, for example /action/status=Doing");
  }
  conditions_.push_back({*path, std::string(condition.substr(equals + 1))});
}

bool EventFilter::matches(const std::optional<std::string>& type, std::string_view body) const {
  const bool is_wanted_type =
      types_.empty() || (type && std::any_of(types_.begin(), types_.end(),
                                             [&](const auto& t) { return same_event(t, *type); }));
  if (!is_wanted_type || conditions_.empty()) return is_wanted_type;
  const auto json = JsonText::parse(body);
  return json && std::all_of(conditions_.begin(), conditions_.end(), [&](const Condition& condition) {
           const auto value = find_json_path(*json, condition.path);
           if (!value) return false;
           if (json->kind(*value) != JsonText::Kind::string) return json->raw(*value) == condition.value;
           return unescape_json_string(json->raw(*value)) == condition.value;
         });
}

}  // namespace alohook
