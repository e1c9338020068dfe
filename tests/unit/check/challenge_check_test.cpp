#include "check/challenge_check.h"

#include <map>

#include "events/challenge.h"
#include "signing/signed_request.h"
#include "support/catch.hpp"
#include "support/world.h"

using namespace alohook;

namespace {

const Secret secret("a-secret-of-the-test");
const Time now{std::chrono::seconds{1764000000}};

Answer right() { return right_receiver({.secrets = {secret}, .verification = {}, .path = {}}, now); }

bool is_authentic(const Request& request) {
  return verify({secret}, request.headers, request.body, now, {}).verdict == Verdict::valid;
}

Response json_answer(std::string body, int status = 200) {
  return {status, {}, {{"Content-Type", "application/json"}}, std::move(body)};
}

Response right_answer(const Request& request) {
  return challenge_answer(challenge_in(request.body).value_or("\"no challenge\""));
}

/// A response that depends only on the request.
Answer scripted(std::function<Response(const Request&)> script) {
  return [script = std::move(script)](const Request& request) { return always(script(request))(request); };
}

ChallengeReport check(const Answer& answer, Signing signing = {.secret = secret},
                      std::string_view type = challenge_type) {
  int count = 0;
  const auto fresh = [&count] { return "00000000-0000-4000-8000-00000000000" + std::to_string(++count); };
  return check_challenge(
      parse_url("http://h:1/hooks"), answer, signing, fresh, [] { return now; }, type);
}

std::map<std::string, std::string> results(const ChallengeReport& report) {
  std::map<std::string, std::string> all;
  for (const auto& point : report.points) all.emplace(point.id, name_of(point.result));
  return all;
}

std::string detail(const ChallengeReport& report, std::string_view id) {
  for (const auto& point : report.points) {
    if (point.id == id) return point.detail;
  }
  return "no such point";
}

using Results = std::map<std::string, std::string>;
const Results all_pass{{"status", "pass"},       {"no-redirect", "pass"}, {"content-type", "pass"},
                       {"echo", "pass"},         {"echo-again", "pass"},  {"unsigned", "pass"},
                       {"bad-signature", "pass"}};

/// Expects that all points pass except these.
Results except(const Results& others) {
  Results all = all_pass;
  for (const auto& [id, result] : others) all[id] = result;
  return all;
}

}  // namespace

TEST_CASE("a correct receiver passes every point, with every encoding and both spellings") {
  const auto encoding = GENERATE(Encoding::v0, Encoding::hex, Encoding::base64);
  const auto type = GENERATE(challenge_type, challenge_type_alias);
  const auto report = check(right(), {.secret = secret, .encoding = encoding}, type);
  CHECK(results(report) == all_pass);
  CHECK(report.passed());
  CHECK(report.is_reachable);
  CHECK(report.answer->response->status == 200);
}

TEST_CASE("two different challenges are correctly signed, one is unsigned and one is incorrectly signed") {
  std::vector<Request> sent;
  check([&](const Request& request) {
    sent.push_back(request);
    return right()(request);
  });
  REQUIRE(sent.size() == 4);
  CHECK(is_authentic(sent[0]));
  CHECK(is_authentic(sent[1]));
  CHECK(sent[0].body != sent[1].body);
  CHECK(sent[0].body == challenge_body("00000000-0000-4000-8000-000000000001"));
  const auto verdict = [](const Request& request) {
    return verify({secret}, request.headers, request.body, now, {}).verdict;
  };
  CHECK(verdict(sent[2]) == Verdict::missing_signature);
  CHECK(header_value(sent[2].headers, timestamp_header) == std::nullopt);
  CHECK(verdict(sent[3]) == Verdict::invalid);
}

TEST_CASE("ALO's own sample, which responds to valid requests with plain text, fails content type and echo") {
  const auto report = check(scripted([](const Request& request) -> Response {
    const Headers text{{"Content-Type", "text/plain; charset=utf-8"}};
    if (!is_authentic(request)) return {403, {}, text, "Signature mismatch"};
    return {200, {}, text, "OK"};
  }));
  CHECK(results(report) == except({{"content-type", "fail"}, {"echo", "fail"}, {"echo-again", "fail"}}));
  CHECK(detail(report, "content-type") == "expected application/json, got text/plain; charset=utf-8");
  CHECK_THAT(detail(report, "echo"), ContainsSubstring("got a body that is not JSON"));
  CHECK_FALSE(report.passed());
}

TEST_CASE("a receiver that accepts everything fails the rejection points") {
  const auto report = check(scripted(right_answer));
  CHECK(results(report) == except({{"unsigned", "fail"}, {"bad-signature", "fail"}}));
  CHECK(detail(report, "unsigned") == "expected a rejection (4xx), got 200 with the challenge echoed");
  const auto silent = check(scripted([](const Request& request) {
    return is_authentic(request) ? right_answer(request) : Response{204, {}, {}, {}};
  }));
  CHECK(results(silent) == except({{"unsigned", "fail"}, {"bad-signature", "fail"}}));
  CHECK(detail(silent, "bad-signature") == "expected a rejection (4xx), got 204");
}

TEST_CASE("a rejection that echoes the challenge isn't a rejection") {
  const auto report = check(scripted([](const Request& request) {
    Response response = right_answer(request);
    if (!is_authentic(request)) response.status = 401;
    return response;
  }));
  CHECK(results(report) == except({{"unsigned", "fail"}, {"bad-signature", "fail"}}));
  CHECK(detail(report, "unsigned") == "expected a rejection (4xx), got 401 with the challenge echoed");
}

TEST_CASE("a receiver that only checks that the header exists fails the invalid signature") {
  const auto report = check(scripted([](const Request& request) {
    return header_value(request.headers, signature_header) ? right_answer(request)
                                                           : Response{401, {}, {}, "no"};
  }));
  CHECK(results(report) == except({{"bad-signature", "fail"}}));
}

TEST_CASE("the rejections of a receiver that rejects everything prove nothing") {
  const auto report = check(always({401, {}, {{"Content-Type", "text/plain"}}, "no"}));
  CHECK(results(report) == except({{"status", "fail"},
                                   {"content-type", "fail"},
                                   {"echo", "fail"},
                                   {"echo-again", "fail"},
                                   {"unsigned", "inconclusive"},
                                   {"bad-signature", "inconclusive"}}));
  CHECK(detail(report, "status") == "expected 200, got 401");
  CHECK(report.is_reachable);
}

TEST_CASE("a receiver that crashes on requests that it should reject fails") {
  const auto report = check(scripted([](const Request& request) {
    return is_authentic(request) ? right_answer(request) : Response{500, {}, {}, {}};
  }));
  CHECK(results(report) == except({{"unsigned", "fail"}, {"bad-signature", "fail"}}));
  CHECK(detail(report, "unsigned") == "expected a rejection (4xx), got 500: your server fails at it");
}

TEST_CASE("a redirect fails, and its target is reported") {
  const auto report = check(always({307, {}, {{"location", "/hooks/"}}, {}}));
  CHECK(results(report)["no-redirect"] == "fail");
  CHECK(results(report)["status"] == "fail");
  CHECK(detail(report, "no-redirect") == "expected a direct response, got a redirect to http://h:1/hooks/");
  CHECK(detail(report, "content-type") == "expected application/json, got no Content-Type");
  CHECK_THAT(detail(report, "echo"), ContainsSubstring("got an empty body"));
}

TEST_CASE("a constant challenge fails both echo points") {
  const auto report = check(scripted([](const Request& request) {
    return is_authentic(request) ? json_answer(R"({"challenge":"constant"})") : Response{403, {}, {}, {}};
  }));
  CHECK(results(report) == except({{"echo", "fail"}, {"echo-again", "fail"}}));
  CHECK(detail(report, "echo") ==
        "expected {\"challenge\":\"00000000-0000-4000-8000-000000000001\"}, got another "
        "challenge: \"constant\"");
}

TEST_CASE("a receiver that remembers the first challenge fails the second") {
  std::string first;
  const auto report = check(scripted([&first](const Request& request) {
    if (!is_authentic(request)) return Response{403, {}, {}, {}};
    if (first.empty()) first = right_answer(request).body;
    return json_answer(first);
  }));
  CHECK(results(report) == except({{"echo-again", "fail"}}));
}

TEST_CASE("each kind of incorrect response body has its own message") {
  const auto [body, problem] = GENERATE(table<std::string, std::string>({
      {"[]", "JSON that is not an object"},
      {"{}", "an object without \"challenge\""},
      {R"({"challenge":12})", "a \"challenge\" that is not a string"},
      {R"({"Challenge":"x"})", "an object without \"challenge\""},
      {"cad3d673", "a body that is not JSON"},
      {"{\"challenge\":\"x\"", "a body that is not JSON"},
  }));
  CHECK_THAT(detail(check(always(json_answer(body))), "echo"), ContainsSubstring(", got " + problem));
}

TEST_CASE("the echo may have other whitespace, escapes and members") {
  const auto report = check(scripted([](const Request& request) {
    if (!is_authentic(request)) return Response{400, {}, {}, {}};
    std::string raw = challenge_in(request.body).value();
    raw.replace(raw.find('-'), 1, "\\u002d");
    return json_answer("{ \"ok\": true,\r\n\t\"challenge\" : " + raw + " }\n");
  }));
  CHECK(results(report) == all_pass);
}

TEST_CASE("content types are compared without case and parameters") {
  const auto [type, result] = GENERATE(table<std::string, std::string>({
      {"application/json", "pass"},
      {"Application/JSON; charset=utf-8", "pass"},
      {"application/json ;charset=utf-8", "pass"},
      {"application/jsonp", "fail"},
      {"text/json", "fail"},
      {"text/html; application/json", "fail"},
      {"", "fail"},
  }));
  CAPTURE(type);
  CHECK(results(check(always({200, {}, {{"Content-Type", type}}, {}})))["content-type"] == result);
}

TEST_CASE("a success status other than 200 fails only the status") {
  const auto report = check(scripted([](const Request& request) {
    Response response = right_answer(request);
    response.status = is_authentic(request) ? 201 : 401;
    if (response.status == 401) response.body.clear();
    return response;
  }));
  CHECK(results(report) == except({{"status", "fail"}}));
}

TEST_CASE("an unreachable server makes the result inconclusive and stops the run") {
  int sent = 0;
  const auto report = check([&sent](const Request& request) {
    ++sent;
    return never(SendError::Kind::refused, "nothing listens there")(request);
  });
  CHECK(sent == 1);
  CHECK_FALSE(report.is_reachable);
  CHECK_FALSE(report.passed());
  for (const auto& point : report.points) {
    CHECK(point.result == PointResult::inconclusive);
    CHECK(point.detail == "nothing listens there");
  }
}

TEST_CASE("a missing response later on makes only its point inconclusive") {
  int sent = 0;
  const auto report = check([&sent](const Request& request) {
    return ++sent == 3 ? never(SendError::Kind::closed, "the connection ended")(request) : right()(request);
  });
  CHECK(results(report) == except({{"unsigned", "inconclusive"}}));
  CHECK_FALSE(report.is_reachable);
  CHECK_FALSE(report.passed());
}

TEST_CASE("a signature header added by the user, even an empty one, doesn't interfere") {
  const auto value = GENERATE(as<std::string>{}, "", "x", "v0=junk");
  const auto report = check(right(), {.secret = secret, .headers = {{"X-ALO-Signature", value}}});
  CHECK(results(report)["status"] == "fail");
}

TEST_CASE("failures that ALO rejects are distinguished from insecure ones, and each has a fix") {
  using Kind = ChallengePoint::Kind;
  const auto open = check(scripted(right_answer));
  CHECK(open.passed(Kind::acceptance));
  CHECK(open.failed(Kind::safety));
  const auto plain = check(always({200, {}, {{"Content-Type", "text/plain"}}, "ok"}));
  CHECK(plain.failed(Kind::acceptance));
  const auto redirecting = check(always({302, {}, {{"Location", "/x"}}, {}}));
  const auto failing = check(always({500, {}, {}, {}}));
  for (const ChallengeReport& report : {open, plain, redirecting, failing}) {
    for (const ChallengePoint& point : report.points) {
      CAPTURE(point.id);
      CHECK(point.fix.empty() == (point.result != PointResult::fail));
    }
  }
}

TEST_CASE("two Content-Type headers fail, whichever comes first") {
  for (const bool is_json_first : {true, false}) {
    const auto report = check(scripted([is_json_first](const Request& request) {
      Response response = is_authentic(request) ? right_answer(request) : Response{401, {}, {}, {}};
      const Header html{"Content-Type", "text/html"};
      response.headers.insert(is_json_first ? response.headers.end() : response.headers.begin(), html);
      return response;
    }));
    CHECK(results(report)["content-type"] == "fail");
    CHECK_THAT(detail(report, "content-type"),
               ContainsSubstring("text/html") && ContainsSubstring("application/json"));
  }
}

TEST_CASE("results of points have the documented names") {
  CHECK(name_of(PointResult::pass) == "pass");
  CHECK(name_of(PointResult::fail) == "fail");
  CHECK(name_of(PointResult::inconclusive) == "inconclusive");
}
