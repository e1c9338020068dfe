#include "receiver/receiver.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "events/challenge.h"

namespace alohook {
namespace {

Response text_response(int status, std::string_view text) {
  return {status, {}, {{"Content-Type", "text/plain; charset=utf-8"}}, fmt::format("{}\n", text)};
}

bool is_other_path(std::string_view target, std::string_view path) {
  return !path.empty() && target.substr(0, target.find('?')) != path;
}

}  // namespace

Reception receive(const Request& request, const ReceiverPolicy& policy, Time now) {
  EventHead head = read_event_head(request.body);
  Reception reception{
      .verification = verify(policy.secrets, request.headers, request.body, now, policy.verification),
      .type = std::move(head.type),
      .response = {}};
  if (is_other_path(request.target, policy.path)) {
    reception.is_other_path = true;
    reception.response = text_response(404, "no webhook is received at this path");
  } else if (reception.verification.verdict != Verdict::valid) {
    // The verdict's name tells an attacker nothing new. The expected MAC is never returned.
    reception.response = text_response(policy.refused_status, name_of(reception.verification.verdict));
  } else if (head.challenge) {
    reception.is_challenge = true;
    reception.response = challenge_answer(*head.challenge);
  } else {
    reception.response = text_response(policy.accepted_status, "ok");
  }
  return reception;
}

bool is_from_page(const Headers& headers) {
  const auto is_other_than_none = [](std::string_view site) { return !equal_ignoring_case(site, "none"); };
  return header_value(headers, "Origin") ||
         std::ranges::any_of(header_values(headers, "Sec-Fetch-Site"), is_other_than_none);
}

}  // namespace alohook
