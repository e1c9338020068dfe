#include "sender/delivery.h"

#include <set>

#include "sender/outgoing.h"
#include "signing/signed_request.h"
#include "support/catch.hpp"
#include "support/world.h"

using namespace alohook;

TEST_CASE("a set of statuses contains the listed statuses") {
  struct Row {
    std::string text;
    std::vector<int> in, out;
  };
  const Row rows[] = {
      {"2xx", {200, 204, 299}, {199, 300, 0, 404}},
      {"401", {401}, {400, 402, 200}},
      {"403,401", {401, 403}, {402, 400}},
      {"2xx,302", {200, 302}, {301, 303}},
      {"1xx,5xx", {100, 199, 500, 599}, {99, 200, 499, 600}},
      {"100,599", {100, 599}, {101, 598}},
  };
  for (const auto& [text, in, out] : rows) {
    CAPTURE(text);
    const auto set = StatusSet::parse(text);
    REQUIRE(set);
    CHECK(set->text() == text);
    for (const int status : in) CHECK(set->contains(status));
    for (const int status : out) CHECK_FALSE(set->contains(status));
  }
}

TEST_CASE("a 4xx that is about the path, the size or the framing is no rejection of the signature") {
  const StatusSet refusals = StatusSet::refusals();
  const std::set<int> others{404, 405, 408, 411, 413, 414, 415, 429, 431};
  for (int status = 100; status < 600; ++status) {
    CAPTURE(status);
    CHECK(refusals.contains(status) == (status >= 400 && status < 500 && !others.contains(status)));
  }
}

TEST_CASE("malformed sets of statuses are rejected") {
  const auto text = GENERATE(as<std::string>{}, "", ",", "200,", ",200", "200,,201", "20", "2000", "099",
                             "600", "0xx", "6xx", "xxx", "2x", "2x0", "2XX", "200 ", " 200", "200, 201",
                             "+20", "-20", "2.0", "ok", "200-299", "2\xc2\xb2");
  CAPTURE(text);
  CHECK_FALSE(StatusSet::parse(text));
}

TEST_CASE("a signed request is a POST with the exact bytes, verifiable by the same secret") {
  const std::string body = "{\r\n \"n\": 1.0, \"n\": 2}\xff";
  const Time now{std::chrono::seconds{1764000000} + std::chrono::milliseconds{999}};
  const Request request = signed_request(body, {.secret = Secret("s"), .target = "/h?x=1"}, now);
  CHECK(request.method == "POST");
  CHECK(request.target == "/h?x=1");
  CHECK(request.body == body);
  CHECK(header_value(request.headers, "Content-Type") == "application/json");
  CHECK(header_value(request.headers, "X-ALO-Request-Timestamp") == "1764000000");
  const auto result = verify({Secret("s")}, request.headers, body, now, {});
  CHECK(result.verdict == Verdict::valid);
  CHECK(result.encoding == Encoding::v0);
}

TEST_CASE("a request is signed in the given encoding") {
  const auto encoding = GENERATE(Encoding::v0, Encoding::hex, Encoding::base64);
  const Time now{std::chrono::seconds{1764000000}};
  const Request request = signed_request("{}", {.secret = Secret("s"), .encoding = encoding}, now);
  CHECK(verify({Secret("s")}, request.headers, "{}", now, {.encoding = encoding}).verdict == Verdict::valid);
}

TEST_CASE("given headers are added, or replace default headers of the same name") {
  const Headers given{
      {"content-type", "text/plain"}, {"X-Mine", "1"}, {"X-Mine", "2"}, {"x-alo-signature", "v0=bad"}};
  const Request request =
      signed_request("{}", {.secret = Secret("s"), .headers = given}, Time{std::chrono::seconds{1764000000}});
  CHECK(header_values(request.headers, "Content-Type") == std::vector<std::string_view>{"text/plain"});
  CHECK(header_values(request.headers, "X-Mine") == std::vector<std::string_view>{"1", "2"});
  CHECK(header_values(request.headers, "X-ALO-Signature") == std::vector<std::string_view>{"v0=bad"});
  CHECK(header_values(request.headers, "X-ALO-Request-Timestamp").size() == 1);
}

TEST_CASE("the response decides whether a delivery is accepted, rejected or failed") {
  const auto expected = StatusSet::parse("2xx").value();
  const auto outcome = [&](const Answer& answer) { return deliver({}, answer, expected).outcome; };
  CHECK(outcome(always({.status = 204})) == Outcome::accepted);
  CHECK(outcome(always({.status = 302})) == Outcome::refused);
  CHECK(outcome(always({.status = 500})) == Outcome::refused);
  CHECK(outcome(never(SendError::Kind::timed_out, "too late")) == Outcome::failed);
  CHECK(deliver({}, always({.status = 401}), StatusSet::parse("401").value()).outcome == Outcome::accepted);
}

TEST_CASE("a delivery records the request and its result") {
  Request request;
  request.body = "exact \xff";
  const Delivery delivery =
      deliver(request, never(SendError::Kind::refused, "nobody listens"), StatusSet::parse("2xx").value());
  CHECK(delivery.request->body == "exact \xff");
  CHECK(delivery.exchange.error.kind == SendError::Kind::refused);
  CHECK(delivery.exchange.error.detail == "nobody listens");
}

TEST_CASE("outcomes have the documented names") {
  CHECK(name_of(Outcome::accepted) == "accepted");
  CHECK(name_of(Outcome::refused) == "refused");
  CHECK(name_of(Outcome::failed) == "failed");
}

TEST_CASE("the requests of a second are one request, those of another second are not") {
  int made = 0;
  const auto request_at = once_a_second([&made](Time now) {
    return Request{.target = std::to_string(unix_seconds(now)), .body = std::to_string(made++)};
  });
  const Time second{std::chrono::seconds{1764000000}};
  const SharedRequest first = request_at(second);
  CHECK(request_at(second + std::chrono::milliseconds{999})->body.data() == first->body.data());
  CHECK(request_at(second + std::chrono::milliseconds{1000})->target == "1764000001");
  CHECK(request_at(second - std::chrono::milliseconds{1})->target == "1763999999");
  CHECK(first->target == "1764000000");
  CHECK(made == 3);
}
