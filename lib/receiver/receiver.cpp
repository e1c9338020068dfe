#include "receiver/receiver.h"

#include <fmt/format.h>

#include "events/challenge.h"
#include "events/event_type.h"

namespace alohook {
namespace {

Response text_answer(int status, std::string_view text) {
  return {status, {}, {{"Content-Type", "text/plain; charset=utf-8"}}, fmt::format("{}\n", text)};
}

bool is_other_path(std::string_view target, std::string_view path) {
  return !path.empty() && target.substr(0, target.find('?')) != path;
}

}  // namespace

Reception receive(const Request& request, const ReceiverPolicy& policy, Time now) {
  Reception reception;
  reception.verification = verify(policy.secrets, request.headers, request.body, now, policy.verification);
  reception.type = event_type_of(request.body);
  if (is_other_path(request.target, policy.path)) {
    reception.is_elsewhere = true;
    reception.answer = text_answer(404, "no webhook is received at this path");
    return reception;
  }
  if (reception.verification.verdict != Verdict::valid) {
    // The verdict's name tells an attacker nothing that he did not send; the expected MAC never leaves.
    reception.answer = text_answer(policy.refused_status, name_of(reception.verification.verdict));
    return reception;
  }
  if (const auto challenge = challenge_in(request.body)) {
    reception.is_challenge = true;
    reception.answer = challenge_answer(*challenge);
    return reception;
  }
  reception.answer = text_answer(policy.accepted_status, "ok");
  return reception;
}

}  // namespace alohook
