#include "events/expectation.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "base/error.h"
#include "base/visible.h"
#include "events/event_type.h"

namespace alohook {

void Expectation::add(std::string_view text) {
  const auto equals = text.rfind('=');
  Item item{.type = std::string(text.substr(0, equals))};
  bool is_number = true;
  if (equals != std::string_view::npos) {
    const std::string_view count = text.substr(equals + 1);
    const auto [end, error] = std::from_chars(count.data(), count.data() + count.size(), item.wanted);
    is_number = error == std::errc() && end == count.data() + count.size() && item.wanted > 0;
  }
  if (item.type.empty() || !is_number) {
    throw Error(fmt::format("'{}' does not say what to expect", visible(text)),
                "write an event's type, or TYPE=N with N from 1: action_created=2");
  }
  if (Item* known = find(item.type)) {
    known->wanted += item.wanted;
  } else {
    items_.push_back(std::move(item));
  }
}

void Expectation::take_valid(const std::optional<std::string>& type) {
  if (Item* item = find(type)) ++item->came;
}

void Expectation::take_refused(const std::optional<std::string>& type) {
  if (Item* item = find(type)) ++item->refused;
}

bool Expectation::is_met() const {
  return std::all_of(items_.begin(), items_.end(), [](const Item& item) { return item.came >= item.wanted; });
}

Expectation::Item* Expectation::find(const std::optional<std::string>& type) {
  if (!type) return nullptr;
  const auto found = std::find_if(items_.begin(), items_.end(),
                                  [&](const Item& item) { return same_event(item.type, *type); });
  return found == items_.end() ? nullptr : &*found;
}

}  // namespace alohook
