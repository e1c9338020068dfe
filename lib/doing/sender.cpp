#include "doing/sender.h"

#include <algorithm>
#include <charconv>

namespace alohook {

std::optional<StatusSet> StatusSet::parse(std::string_view text) {
  StatusSet set;
  set.text_ = text;
  while (true) {
    const auto comma = text.find(',');
    const std::string_view item = text.substr(0, comma);
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
    if (comma == std::string_view::npos) return set;
    text.remove_prefix(comma + 1);
  }
}

StatusSet StatusSet::refusals() {
  StatusSet set;
  set.ranges_ = {{400, 403}, {406, 407}, {409, 412}, {414, 414}, {416, 428}, {430, 499}};
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

namespace {

void replace_headers(Headers& headers, const Headers& given) {
  std::erase_if(headers, [&](const Header& header) { return header_value(given, header.name).has_value(); });
  headers.insert(headers.end(), given.begin(), given.end());
}

Headers signature_of(std::string_view body, const Signing& signing, Time now) {
  return sign(signing.secret, std::to_string(unix_seconds(now)), body, signing.encoding);
}

}  // namespace

Request signed_request(std::string_view body, const Signing& signing, Time now) {
  Request request;
  request.target = signing.target;
  request.headers = {{"Content-Type", "application/json"}};
  replace_headers(request.headers, signature_of(body, signing, now));
  replace_headers(request.headers, signing.headers);
  request.body = body;
  return request;
}

Request signed_again(Request recorded, const Signing& signing, Time now) {
  replace_headers(recorded.headers, signature_of(recorded.body, signing, now));
  replace_headers(recorded.headers, signing.headers);
  return recorded;
}

Request with_headers(Request request, const Headers& given) {
  replace_headers(request.headers, given);
  return request;
}

Delivery deliver(Request request, const Transport& transport, const StatusSet& expected) {
  Delivery delivery{std::move(request), {}, Outcome::failed};
  delivery.exchange = transport(delivery.request);
  if (const auto& response = delivery.exchange.response) {
    delivery.outcome = expected.contains(response->status) ? Outcome::accepted : Outcome::refused;
  }
  return delivery;
}

}  // namespace alohook
