#include "check/challenge_answer.h"

#include "base/codec.h"
#include "support/catch.hpp"

using namespace alohook;

namespace {

constexpr std::string_view sent_challenge = "cad3d673-4965-44ae-b536-647142df97a7";
const std::string right_echo = R"({"challenge":"cad3d673-4965-44ae-b536-647142df97a7"})";

Response with_body(std::string body, Headers headers = {{"Content-Type", "application/json"}}) {
  return {.status = 200, .reason = {}, .headers = std::move(headers), .body = std::move(body)};
}

std::string got(const std::string& body, const Headers& headers = {}) {
  return challenge_echo_fault(with_body(body, headers), sent_challenge).got;
}

}  // namespace

TEST_CASE("a response as documented by ALO has no fault, however its JSON is formatted") {
  for (const std::string& body :
       {right_echo, std::string(" {\n \"challenge\" : \"cad3d673-4965-44ae-b536-647142df97a7\" }\r\n"),
        std::string(R"({"a":1,"challenge":"\u0063ad3d673-4965-44ae-b536-647142df97a7","type":"x"})")}) {
    CHECK(challenge_echo_fault(with_body(body), sent_challenge).is_none());
  }
  CHECK(challenge_status_fault({.status = 200}).is_none());
  CHECK(challenge_redirect_fault(parse_url("http://h/"), {.status = 404}).is_none());
  CHECK(challenge_type_fault(with_body("", {{"content-type", "Application/JSON; charset=utf-8"}})).is_none());
  CHECK(challenge_echo_fault(with_body(right_echo, {{"Content-Encoding", "identity"}}), sent_challenge)
            .is_none());
}

TEST_CASE("what altered a correct body on its way out is identified") {
  CHECK(got("\x1f\x8b\x08" + right_echo, {{"Content-Encoding", "gzip"}}) ==
        "a body compressed with gzip, which was not requested");
  CHECK(got("\x1f\x8b\x08junk") == "a body compressed with gzip, which was not requested");
  CHECK(got("junk", {{"Content-Encoding", "br"}}) == "a body compressed with br, which was not requested");
  CHECK(got("\xEF\xBB\xBF" + right_echo) == "a byte order mark (EF BB BF) before the JSON");
  CHECK(got(std::string("{\0\"\0c\0", 6)) == "JSON in UTF-16");
  CHECK(got(R"("{\"challenge\":\"cad3d673-4965-44ae-b536-647142df97a7\"}")") ==
        "JSON encoded twice: a string that holds the object");
  CHECK(got('"' + std::string(sent_challenge) + '"') == "the challenge alone, as a JSON string");
  CHECK(got(std::string(sent_challenge) + "\n") == "the challenge alone, as plain text");
  CHECK(got("{\"data\":" + right_echo + "}") == "the challenge inside an envelope, at data.challenge");
  CHECK(got("[" + right_echo + "]") == "the challenge inside an envelope, at [].challenge");
  CHECK(got(R"({"statusCode":200,"body":"{\"challenge\":\"cad3d673-4965-44ae-b536-647142df97a7\"}"})") ==
        "the challenge inside an envelope, at body (as text)");
  CHECK(got(R"({"Challenge":"cad3d673-4965-44ae-b536-647142df97a7"})") == "the key \"Challenge\"");
  CHECK(got(R"({"token":"cad3d673-4965-44ae-b536-647142df97a7"})") ==
        "the challenge under the key \"token\"");
  CHECK(got(base64_encode(right_echo)) == "the JSON in Base64");
  CHECK(got("{&quot;challenge&quot;:&quot;cad3d673-4965-44ae-b536-647142df97a7&quot;}") ==
        "JSON escaped as HTML (&quot; for quotes)");
  CHECK(got("{'challenge': 'cad3d673-4965-44ae-b536-647142df97a7'}") == "single quotes, which are not JSON");
  CHECK(got("<br />Warning: x\n" + right_echo) == "\"<br />Warning: x\" before the JSON");
  CHECK(got("cb(" + right_echo + ");") == "\"cb(\" before the JSON and \");\" after the JSON");
  CHECK(got(right_echo + "0") == "\"0\" after the JSON");
  CHECK(got(R"({"challenge":"CAD3D673-4965-44AE-B536-647142DF97A7"})") ==
        "the challenge in other letter case");
  CHECK(got(R"({"challenge":" cad3d673-4965-44ae-b536-647142df97a7 "})") ==
        "the challenge with spaces around it");
  CHECK(got(R"({"challenge":"cad3d673"})") == "the first 8 characters of the challenge");
  CHECK(got(R"({"challenge":"another"})") == "another challenge: \"another\"");
}

TEST_CASE("a body without the challenge is described") {
  CHECK(got("") == "an empty body");
  CHECK(got("ok") == "a body that is not JSON");
  CHECK(got("<html></html>") == "HTML");
  CHECK(got("[1]") == "JSON that is not an object");
  CHECK(got("{}") == "an object without \"challenge\"");
  CHECK(got(R"({"challenge":1})") == "a \"challenge\" that is not a string");
}

TEST_CASE(
    "status, redirect and Content-Type faults report the expected and the actual value, and how to fix it") {
  CHECK(challenge_status_fault({.status = 302}).text() == "expected 200, got 302");
  const auto redirect = [](const Headers& headers) {
    return challenge_redirect_fault(parse_url("https://h/hooks"), {.status = 302, .headers = headers});
  };
  CHECK(redirect({{"Location", "/login"}}).text() ==
        "expected a direct response, got a redirect to https://h/login");
  CHECK(redirect({{"Location", "/login"}}).fix == "Exempt this path from authentication: ALO can't log in.");
  CHECK(redirect({{"Location", "hooks/"}}).fix ==
        "Register https://h/hooks/ itself: ALO is not known to follow redirects.");
  CHECK(redirect({}).text() == "expected a direct response, got a redirect without a Location");
  CHECK(redirect({}).fix == "Respond at this URL itself: ALO is not known to follow redirects.");
  const auto type = [](const Headers& headers) { return challenge_type_fault(with_body("", headers)); };
  CHECK(type({}).text() == "expected application/json, got no Content-Type");
  CHECK(type({{"Content-Type", "text/plain"}}).text() == "expected application/json, got text/plain");
  CHECK(type({{"Content-Type", "application/json"}, {"content-type", "text/html"}}).text() ==
        "expected one Content-Type, got 2: application/json and text/html");
  for (const int status : {201, 302, 403, 500})
    CHECK_FALSE(challenge_status_fault({.status = status}).fix.empty());
  CHECK_FALSE(type({}).fix.empty());
  CHECK_FALSE(challenge_echo_fault(with_body("ok"), sent_challenge).fix.empty());
}
