#include "check/challenge_check.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "check/challenge_answer.h"
#include "check/session.h"
#include "events/challenge.h"
#include "signing/signed_request.h"

namespace alohook {
namespace {

using Kind = ChallengePoint::Kind;

/// What one response says about one requirement.
struct Assessment {
  PointResult result = PointResult::pass;
  std::string detail = {};
  std::string fix = {};
};

Assessment assessment_of(const ChallengeFault& fault) {
  return fault.is_none() ? Assessment{} : Assessment{PointResult::fail, fault.text(), fault.fix};
}

/// A rejection is a 4xx that doesn't contain the challenge. It only proves something if the correct challenge was
/// accepted.
Assessment assess_rejection(const Response& response, const std::string& challenge,
                            bool correct_one_was_accepted) {
  const std::string fix =
      "Verify the signature before you respond to the challenge; otherwise respond with 401 or 403.";
  const auto fail = [&](const std::string& got) {
    return Assessment{PointResult::fail, "expected a rejection (4xx), got " + got, fix};
  };
  if (response.body.find(challenge) != std::string::npos) {
    return fail(fmt::format("{} with the challenge echoed", response.status));
  }
  if (response.status < 400) return fail(std::to_string(response.status));
  if (response.status >= 500) return fail(fmt::format("{}: your server fails at it", response.status));
  if (!correct_one_was_accepted) {
    return {PointResult::inconclusive, "the correctly signed challenge is rejected as well"};
  }
  return {};
}

/// Replaces the signature with one that has the correct format but belongs to no secret.
void spoil_signature(Request& request) {
  for (auto& [name, value] : request.headers) {
    if (!equal_ignoring_case(name, signature_header) || value.empty()) continue;
    char& digit = value[value.size() / 2];
    digit = digit == '0' ? '1' : '0';
  }
}

void remove_signature(Request& request) {
  std::erase_if(request.headers, [](const Header& header) {
    return equal_ignoring_case(header.name, signature_header) ||
           equal_ignoring_case(header.name, timestamp_header);
  });
}

}  // namespace

std::string_view name_of(PointResult result) {
  switch (result) {
    case PointResult::pass:
      return "pass";
    case PointResult::fail:
      return "fail";
    case PointResult::inconclusive:
      return "inconclusive";
  }
  return "";
}

bool ChallengeReport::passed() const {
  return std::ranges::all_of(points, [](const auto& p) { return p.result == PointResult::pass; });
}

bool ChallengeReport::passed(Kind kind) const {
  const auto is_of_kind = [&](const auto& p) { return p.kind == kind; };
  return std::ranges::any_of(points, is_of_kind) && std::ranges::all_of(points, [&](const auto& p) {
           return !is_of_kind(p) || p.result == PointResult::pass;
         });
}

bool ChallengeReport::failed(Kind kind) const {
  return std::ranges::any_of(points,
                             [&](const auto& p) { return p.kind == kind && p.result == PointResult::fail; });
}

ChallengeReport check_challenge(const Url& url, const Transport& transport, const Signing& signing,
                                const std::function<std::string()>& make_challenge,
                                const std::function<Time()>& now, std::string_view type) {
  ChallengeReport report;
  report.is_reachable = true;
  const auto send = [&](const std::string& challenge, void (*alter)(Request&)) {
    Request request = signed_request(challenge_body(challenge, type), signing, now());
    if (alter != nullptr) {
      alter(request);
      request.headers.push_back({std::string(check_header), "challenge"});
    }
    Exchange exchange = transport(request);
    report.is_reachable = report.is_reachable && exchange.response.has_value();
    return exchange;
  };
  const auto add = [&](ChallengePoint point, const Exchange& exchange, auto&& assess) {
    point.detail = exchange.error.detail;
    if (exchange.response) {
      Assessment assessment = assess(*exchange.response);
      point.result = assessment.result;
      point.detail = std::move(assessment.detail);
      point.fix = std::move(assessment.fix);
    }
    report.points.push_back(std::move(point));
  };
  const auto echo_of = [](const std::string& challenge) {
    return [challenge](const Response& response) {
      return assessment_of(challenge_echo_fault(response, challenge));
    };
  };

  const std::string first = make_challenge();
  const Exchange answer = send(first, nullptr);
  report.answer = answer;
  add({"status", "responds with status 200"}, answer,
      [](const Response& response) { return assessment_of(challenge_status_fault(response)); });
  if (!answer.response) return report;
  add({"no-redirect", "responds without redirecting"}, answer,
      [&url](const Response& response) { return assessment_of(challenge_redirect_fault(url, response)); });
  add({"content-type", "responds with the Content-Type application/json"}, answer,
      [](const Response& response) { return assessment_of(challenge_type_fault(response)); });
  add({"echo", "echoes the challenge in a JSON object"}, answer, echo_of(first));

  const std::string second = make_challenge();
  add({"echo-again", "echoes a second challenge"}, send(second, nullptr), echo_of(second));

  const bool is_accepted = answer.response->status >= 200 && answer.response->status < 300;
  const auto rejection_of = [&](const std::string& challenge) {
    return [challenge, is_accepted](const Response& response) {
      return assess_rejection(response, challenge, is_accepted);
    };
  };
  const std::string third = make_challenge();
  add({"unsigned", "rejects an unsigned challenge", Kind::safety}, send(third, remove_signature),
      rejection_of(third));
  const std::string fourth = make_challenge();
  add({"bad-signature", "rejects a challenge with an invalid signature", Kind::safety},
      send(fourth, spoil_signature), rejection_of(fourth));
  return report;
}

}  // namespace alohook
