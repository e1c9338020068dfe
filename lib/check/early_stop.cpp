#include "check/early_stop.h"

#include <fmt/format.h>

#include "base/visible.h"
#include "http/url.h"
#include "sender/advice.h"

namespace alohook {
namespace {

constexpr std::size_t longest_reason = 60;

std::string status_line(const Response& response) {
  const std::string reason =
      response.reason.empty() ? std::string(reason_phrase(response.status)) : visible(response.reason);
  return fmt::format("{} {}", response.status, shortened(reason, longest_reason));
}

}  // namespace

std::optional<EarlyStop> early_stop(const CheckSession& session) {
  const Exchange& first = session.facts.first_answer;
  const Url url = parse_url(session.settings().url);
  if (!first.response) {
    if (session.gone().empty()) return std::nullopt;
    const bool is_nothing_there = first.error.kind == SendError::Kind::refused;
    return EarlyStop{is_nothing_there ? EarlyStop::Kind::nothing_there : EarlyStop::Kind::unreachable,
                     visible(first.error.detail), advice(url, first)};
  }
  const int status = first.response->status;
  // A server may respond like this to requests that it rejects, and accept the rest.
  const bool accepts_challenges = session.facts.carrier == Carrier::challenge;
  if (accepts_challenges || session.facts.is_accepting) return std::nullopt;
  std::string hint = advice(url, first);
  if (session.status_reaction(first) == Reaction::redirected) {
    return EarlyStop{EarlyStop::Kind::redirect, status_line(*first.response), std::move(hint),
                     redirect_target(url, *first.response)};
  }
  if (status == 404 || status == 410)
    return EarlyStop{EarlyStop::Kind::wrong_path, status_line(*first.response), std::move(hint)};
  if (status == 405)
    return EarlyStop{EarlyStop::Kind::wrong_method, status_line(*first.response), std::move(hint)};
  return std::nullopt;
}

}  // namespace alohook
