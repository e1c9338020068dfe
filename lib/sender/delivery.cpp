#include "sender/delivery.h"

#include <algorithm>
#include <charconv>

#include "base/text.h"

namespace alohook {

std::optional<StatusSet> StatusSet::parse(std::string_view text) {
  StatusSet set;
  set.text_ = text;
  for (const std::string_view item : split(text, ',')) {
    if (item.size() != 3 || item[0] < '1' || item[0] > '5') return std::nullopt;
    if (item.substr(1) == "xx") {
      const int first = (item[0] - '0') * 100;
      set.ranges_.push_back({first, first + 99});
    } else {
      int status = 0;
      const auto [end, error] = std::from_chars(item.data(), item.data() + item.size(), status);
      if (error != std::errc{} || end != item.data() + item.size()) return std::nullopt;
      set.ranges_.push_back({status, status});
    }
  }
  return set;
}

StatusSet StatusSet::refusals() {
  StatusSet set;
  set.ranges_ = {{400, 403}, {406, 407}, {409, 410}, {412, 412}, {416, 428}, {430, 430}, {432, 499}};
  set.text_ = "4xx";
  return set;
}

bool StatusSet::contains(int status) const {
  return std::any_of(ranges_.begin(), ranges_.end(),
                     [status](const Range& range) { return status >= range.first && status <= range.last; });
}

std::string_view name_of(Outcome outcome) {
  switch (outcome) {
    case Outcome::accepted:
      return "accepted";
    case Outcome::refused:
      return "refused";
    case Outcome::failed:
      return "failed";
  }
  return "";
}

Delivery deliver(SharedRequest request, const Transport& transport, const StatusSet& expected) {
  Delivery delivery{std::move(request), {}, Outcome::failed};
  delivery.exchange = transport(*delivery.request);
  if (const auto& response = delivery.exchange.response) {
    delivery.outcome = expected.contains(response->status) ? Outcome::accepted : Outcome::refused;
  }
  return delivery;
}

}  // namespace alohook
