#include "receiver/receiver.h"

#include "events/challenge.h"
#include "support/catch.hpp"
#include "support/corpora.h"

using namespace alohook;

namespace {

const Secret secret("a-secret-of-the-test");
const Time now{std::chrono::seconds{1764000000}};

Request signed_with(const Secret& signing, std::string body, std::string target = "/", std::int64_t age = 0) {
  return {"POST", std::move(target), sign(signing, std::to_string(1764000000 - age), body, Encoding::v0),
          body};
}

ReceiverPolicy policy() { return {.secrets = {secret}, .verification = {}, .path = {}}; }

std::string text_of(const Response& response) {
  std::string all = std::to_string(response.status) + response.reason + response.body;
  for (const auto& [name, value] : response.headers) all += name + value;
  return all;
}

}  // namespace

TEST_CASE("an authentic challenge gets the response that ALO documents, in both spellings") {
  const auto type = GENERATE(challenge_type, challenge_type_alias);
  const std::string challenge = "cad3d673-4965-44ae-b536-647142df97a7";
  const auto reception = receive(signed_with(secret, challenge_body(challenge, type)), policy(), now);
  CHECK(reception.is_challenge);
  CHECK(reception.verification.verdict == Verdict::valid);
  CHECK(reception.type == std::string(type));
  CHECK(reception.response.status == 200);
  CHECK(header_value(reception.response.headers, "content-type") == "application/json");
  CHECK(reception.response.body == R"({"challenge":"cad3d673-4965-44ae-b536-647142df97a7"})");
}

TEST_CASE("a challenge that isn't authentic is rejected and not echoed") {
  const std::string body = challenge_body("cad3d673-4965-44ae-b536-647142df97a7");
  const Request unsigned_one{"POST", "/", {}, body};
  Request tampered = signed_with(secret, body);
  tampered.body += ' ';
  const Request requests[] = {unsigned_one, tampered, signed_with(Secret("another"), body),
                              signed_with(secret, body, "/", 301), signed_with(secret, body, "/", -301)};
  for (const Request& request : requests) {
    const auto reception = receive(request, policy(), now);
    CHECK_FALSE(reception.is_challenge);
    CHECK(reception.response.status == 401);
    CHECK(reception.response.body.find("cad3d673") == std::string::npos);
  }
}

TEST_CASE("the accepted status doesn't apply to challenges, which require exactly 200") {
  ReceiverPolicy other = policy();
  other.accepted_status = 202;
  CHECK(receive(signed_with(secret, challenge_body("x")), other, now).response.status == 200);
}

TEST_CASE("a challenge that isn't a string is an ordinary event") {
  const auto body =
      GENERATE(as<std::string>{}, R"({"type":"webhook_url_verification","challenge":12})",
               R"({"type":"webhook_url_verification","challenge":null})",
               R"({"type":"webhook_url_verification","challenge":{"a":"b"}})",
               R"({"type":"webhook_url_verification"})", R"({"challenge":"x","type":"action_created"})");
  const auto reception = receive(signed_with(secret, body), policy(), now);
  CHECK_FALSE(reception.is_challenge);
  CHECK(reception.response.status == 200);
  CHECK(reception.response.body == "ok\n");
}

TEST_CASE("events get the statuses of the policy") {
  ReceiverPolicy other = policy();
  CHECK(receive(signed_with(secret, "{}"), other, now).response.status == 200);
  CHECK(receive({"POST", "/", {}, "{}"}, other, now).response.status == 401);
  other.accepted_status = 204;
  other.refused_status = 403;
  CHECK(receive(signed_with(secret, "{}"), other, now).response.status == 204);
  CHECK(receive({"POST", "/", {}, "{}"}, other, now).response.status == 403);
}

TEST_CASE("the type is reported whether or not the signature is valid") {
  const std::string body = R"({"type":"action_created"})";
  CHECK(receive(signed_with(secret, body), policy(), now).type == "action_created");
  CHECK(receive({"POST", "/", {}, body}, policy(), now).type == "action_created");
  CHECK(receive(signed_with(secret, "no JSON"), policy(), now).type == std::nullopt);
  CHECK(receive(signed_with(secret, R"({"type":1})"), policy(), now).type == std::nullopt);
}

TEST_CASE("paths other than the policy's get 404 whatever the signature, and the query is ignored") {
  ReceiverPolicy other = policy();
  other.path = "/webhooks/alo";
  const auto status = [&](const std::string& target) {
    return receive(signed_with(secret, challenge_body("x"), target), other, now).response.status;
  };
  CHECK(status("/webhooks/alo") == 200);
  CHECK(status("/webhooks/alo?a=1&b=/x") == 200);
  CHECK(status("/") == 404);
  CHECK(status("/webhooks/alo/") == 404);
  CHECK(status("/webhooks/al") == 404);
  CHECK(status("/webhooks/alo2") == 404);
  CHECK(status("/?/webhooks/alo") == 404);
  CHECK(receive({"POST", "/", {}, "{}"}, other, now).response.status == 404);
}

TEST_CASE("no response contains the expected MAC or the secret") {
  const std::string body = R"({"type":"action_created"})";
  Request wrong = signed_with(Secret("another"), body);
  const auto expected = mac(secret, "1764000000", body);
  const Request requests[] = {
      signed_with(secret, body),
      wrong,
      {"POST", "/", {}, body},
      {"POST", "/", {{"X-ALO-Signature", "\x1b"}, {"X-ALO-Request-Timestamp", "now"}}, body}};
  for (const Request& request : requests) {
    const std::string all = text_of(receive(request, policy(), now).response);
    CHECK(all.find(encode(expected, Encoding::hex)) == std::string::npos);
    CHECK(all.find(encode(expected, Encoding::base64)) == std::string::npos);
    CHECK(all.find(secret.bytes()) == std::string::npos);
    CHECK(all.find('\x1b') == std::string::npos);
  }
}

TEST_CASE("the policy's tolerance and encoding apply") {
  ReceiverPolicy other = policy();
  other.verification.tolerance = std::chrono::seconds{10};
  CHECK(receive(signed_with(secret, "{}", "/", 10), other, now).response.status == 200);
  CHECK(receive(signed_with(secret, "{}", "/", 11), other, now).verification.verdict == Verdict::stale);
  other.verification.encoding = Encoding::base64;
  CHECK(receive(signed_with(secret, "{}"), other, now).response.status == 401);
}

TEST_CASE("every body of the JSON Parsing Test Suite is valid if its raw bytes are signed") {
  const auto folder = corpus("json-test-suite/test_parsing");
  if (!folder) {
    WARN("the corpus json-test-suite is not here");
    return;
  }
  for (const auto& file : files_in(*folder)) {
    CAPTURE(file.filename().string());
    CHECK(receive(signed_with(secret, read_bytes(file)), policy(), now).response.status == 200);
  }
}
