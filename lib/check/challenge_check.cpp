#include "check/challenge_check.h"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>
#include <utility>

#include "events/challenge.h"
#include "signing/signed_request.h"

namespace alohook {
namespace {

using Judgement = std::pair<PointResult, std::string>;

Judgement judge_status(const Response& response) {
  if (response.status == 200) return {PointResult::pass, {}};
  return {PointResult::fail, fmt::format("the status is {}", response.status)};
}

Judgement judge_redirect(const Response& response) {
  if (response.status < 300 || response.status >= 400) return {PointResult::pass, {}};
  const auto location = header_value(response.headers, "Location").value_or("nowhere");
  return {PointResult::fail, fmt::format("it redirects to {}", location)};
}

Judgement judge_content_type(const Response& response) {
  const auto type = header_value(response.headers, "Content-Type");
  if (!type) return {PointResult::fail, "there is no Content-Type"};
  if (is_json_type(*type)) return {PointResult::pass, {}};
  return {PointResult::fail, fmt::format("the Content-Type is {}", *type)};
}

Judgement judge_echo(const Response& response, const std::string& challenge) {
  const ChallengeEcho echo = challenge_echoed_in(response.body);
  if (!echo.problem.empty()) return {PointResult::fail, std::string(echo.problem)};
  if (echo.challenge == challenge) return {PointResult::pass, {}};
  return {PointResult::fail, fmt::format("\"challenge\" is \"{}\", not \"{}\"", echo.challenge, challenge)};
}

/// A refusal is a 4xx without the challenge in it; it proves something only when the right one was accepted.
Judgement judge_refusal(const Response& response, const std::string& challenge, bool right_one_was_accepted) {
  if (response.body.find(challenge) != std::string::npos) {
    return {PointResult::fail, fmt::format("it echoes the challenge, with status {}", response.status)};
  }
  if (response.status < 400) return {PointResult::fail, fmt::format("it answers {}", response.status)};
  if (response.status >= 500) return {PointResult::fail, fmt::format("it fails with {}", response.status)};
  if (!right_one_was_accepted) {
    return {PointResult::inconclusive, "the rightly signed challenge is refused as well"};
  }
  return {PointResult::pass, {}};
}

/// A signature of the right form that no secret made.
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
  return std::all_of(points.begin(), points.end(),
                     [](const auto& p) { return p.result == PointResult::pass; });
}

ChallengeReport check_challenge(const Transport& transport, const Signing& signing,
                                const std::function<std::string()>& make_challenge,
                                const std::function<Time()>& now, std::string_view type) {
  ChallengeReport report;
  report.is_reachable = true;
  const auto send = [&](const std::string& challenge, void (*alter)(Request&)) {
    Request request = signed_request(challenge_body(challenge, type), signing, now());
    if (alter != nullptr) alter(request);
    Exchange exchange = transport(request);
    report.is_reachable = report.is_reachable && exchange.response.has_value();
    return exchange;
  };
  const auto add = [&](std::string_view id, std::string_view title, const Exchange& exchange, auto&& judge) {
    ChallengePoint point{id, title, PointResult::inconclusive, exchange.detail};
    if (exchange.response) std::tie(point.result, point.detail) = judge(*exchange.response);
    report.points.push_back(std::move(point));
  };

  const std::string first = make_challenge();
  const Exchange answer = send(first, nullptr);
  report.answer = answer;
  add("status", "the status is 200", answer, judge_status);
  if (!answer.response) return report;
  add("no-redirect", "there is no redirect", answer, judge_redirect);
  add("content-type", "the Content-Type is application/json", answer, judge_content_type);
  add("echo", "the body is a JSON object with the same challenge", answer,
      [&](const Response& response) { return judge_echo(response, first); });

  const std::string second = make_challenge();
  add("echo-again", "a second challenge is answered with itself", send(second, nullptr),
      [&](const Response& response) { return judge_echo(response, second); });

  const bool is_accepted = answer.response->status >= 200 && answer.response->status < 300;
  const auto refused = [&](const std::string& challenge) {
    return
        [&, challenge](const Response& response) { return judge_refusal(response, challenge, is_accepted); };
  };
  const std::string third = make_challenge();
  add("unsigned", "an unsigned challenge is refused", send(third, remove_signature), refused(third));
  const std::string fourth = make_challenge();
  add("bad-signature", "a badly signed challenge is refused", send(fourth, spoil_signature), refused(fourth));
  return report;
}

}  // namespace alohook
