#include "receiver/response_script.h"

#include "base/error.h"
#include "events/challenge.h"
#include "support/catch.hpp"

using namespace alohook;
using namespace std::chrono_literals;

namespace {

std::string read_nothing(const std::string& path) { throw Error("read '" + path + "'"); }

ResponseScript script(const std::string& respond, const std::vector<std::string>& faults = {}) {
  return parse_response_script({.respond = respond, .faults = faults}, read_nothing);
}

ResponseScript faults(const std::vector<std::string>& faults) {
  return parse_response_script({.faults = faults}, read_nothing);
}

Reception received(Response answer = {200, {}, {{"Content-Type", "text/plain"}}, "own\n"}) {
  return {.verification = {},
          .type = {},
          .is_challenge = false,
          .is_other_path = false,
          .response = std::move(answer)};
}

Reception received_challenge(const std::string& challenge) {
  Reception reception = received(challenge_answer('"' + challenge + '"'));
  reception.is_challenge = true;
  return reception;
}

ScriptedResponse respond(const ResponseScript& by, std::size_t number, const Reception& own = received()) {
  return scripted_response(by, number, own.response, own.is_challenge);
}

/// `200 reset`, or `200` if the response is sent without a fault.
std::string told(const ResponseScript& by, std::size_t number, const Reception& own = received()) {
  const ScriptedResponse scripted = respond(by, number, own);
  const std::string status = std::to_string(scripted.reply.response.status);
  return scripted.fault.empty() ? status : status + ' ' + std::string(scripted.fault);
}

std::string body(const ResponseScript& by, const Reception& own) {
  return respond(by, 1, own).reply.response.body;
}

}  // namespace

TEST_CASE("without a script, every response is the receiver's own, sent immediately and correctly") {
  const ScriptedResponse scripted = respond({}, 1, received({207, "Odd", {{"A", "b"}}, "own"}));
  CHECK(scripted.reply.response.status == 207);
  CHECK(scripted.reply.response.reason == "Odd");
  CHECK(scripted.reply.response.headers == Headers{{"A", "b"}});
  CHECK(scripted.reply.response.body == "own");
  CHECK(scripted.reply.delay == 0ms);
  CHECK(scripted.reply.fault == Fault::none);
  CHECK(scripted.fault.empty());
}

TEST_CASE("a script's entries apply to one request each, and the last one repeats") {
  const ResponseScript by = script("503,200:reset,299");
  CHECK(told(by, 1) == "503");
  CHECK(told(by, 2) == "200 reset");
  CHECK(told(by, 3) == "299");
  CHECK(told(by, 4) == "299");
  CHECK(told(by, 4'000'000'000) == "299");
  CHECK(told(script("200,599"), 2) == "599");
}

TEST_CASE("an entry replaces the response to any request") {
  const ResponseScript by = script("503");
  CHECK(told(by, 1, received({401, {}, {}, "invalid\n"})) == "503");
  CHECK(told(by, 1, received_challenge("x")) == "503");
  CHECK(body(by, received()) == "503 Service Unavailable\n");
  CHECK(respond(by, 1, received()).reply.response.headers == Headers{{"Content-Type", "text/plain"}});
}

TEST_CASE("a fault without a status keeps the receiver's own response") {
  const ResponseScript by = script("truncate");
  CHECK(told(by, 1, received({401, {}, {}, "no"})) == "401 truncate");
  CHECK(body(by, received()) == "own\n");
}

TEST_CASE("a file's bytes are the body, and its name determines the type") {
  const std::string bytes("{\0\xff\r\n}", 6);
  std::vector<std::string> paths;
  const auto read = [&](const std::string& path) {
    paths.push_back(path);
    return bytes;
  };
  const ResponseScript by = parse_response_script({.respond = "201:a/b.json,202:./reset,203:c:d.txt"}, read);
  CHECK(paths == std::vector<std::string>{"a/b.json", "./reset", "c:d.txt"});
  const auto first = respond(by, 1, received()).reply;
  CHECK(first.response.status == 201);
  CHECK(first.response.body == bytes);
  CHECK(first.response.headers == Headers{{"Content-Type", "application/json"}});
  CHECK(told(by, 2) == "202");
  CHECK(respond(by, 3, received()).reply.response.headers == Headers{{"Content-Type", "text/plain"}});
}

TEST_CASE("each name stands for its fault") {
  const auto [name, fault] = GENERATE(table<std::string, Fault>({
      {"reset", Fault::reset},
      {"truncate", Fault::truncate},
      {"drip", Fault::drip},
      {"hang", Fault::hang},
      {"wrong-length", Fault::wrong_length},
  }));
  for (const ResponseScript& by :
       {script(name), script("200:" + name), faults({name}), faults({"1:" + name})}) {
    CHECK(respond(by, 1, received()).reply.fault == fault);
    CHECK(respond(by, 1, received()).fault == name);
  }
}

TEST_CASE("a fault with a number applies only to that request") {
  const ResponseScript by = faults({"2:reset", "4:hang"});
  CHECK(told(by, 1) == "200");
  CHECK(told(by, 2) == "200 reset");
  CHECK(told(by, 3) == "200");
  CHECK(told(by, 4) == "200 hang");
  CHECK(told(by, 5) == "200");
}

TEST_CASE("a fault with a number takes precedence over the entry's, and that over the one for all requests") {
  const ResponseScript by = script("500,501:drip,502", {"truncate", "3:reset"});
  CHECK(told(by, 1) == "500 truncate");
  CHECK(told(by, 2) == "501 drip");
  CHECK(told(by, 3) == "502 reset");
  CHECK(told(by, 4) == "502 truncate");
}

TEST_CASE("a bad challenge is a different one in the correct format, and only applies to challenges") {
  const std::string asked = "cad3d673-4965-44ae-b536-647142df97a7";
  const ResponseScript by = faults({"bad-challenge"});
  CHECK(told(by, 1) == "200");
  CHECK(body(by, received()) == "own\n");

  const ScriptedResponse scripted = respond(by, 1, received_challenge(asked));
  CHECK(scripted.fault == "bad-challenge");
  CHECK(scripted.reply.fault == Fault::none);
  CHECK(scripted.reply.response.status == 200);
  CHECK(scripted.reply.response.headers == Headers{{"Content-Type", "application/json"}});
  const std::string& echo = scripted.reply.response.body;
  CHECK(echo.size() == challenge_answer('"' + asked + '"').body.size());
  CHECK(echo.starts_with(R"({"challenge":")"));
  CHECK(echo.find(asked) == std::string::npos);

  const std::string echoed = echo.substr(14, 36);
  CHECK(body(by, received_challenge(echoed)) != echo);
}

TEST_CASE("a script's status combines with a bad challenge, but a script's body replaces it") {
  const Reception challenge = received_challenge("x");
  CHECK(told(script("202:bad-challenge"), 1, challenge) == "202 bad-challenge");
  CHECK_THAT(body(script("202", {"bad-challenge"}), challenge), ContainsSubstring("\"challenge\""));
  const ResponseScript with_body = parse_response_script(
      {.respond = "200:b.json", .faults = {"bad-challenge"}}, [](const std::string&) { return "mine"; });
  CHECK(told(with_body, 1, challenge) == "200");
  CHECK(body(with_body, challenge) == "mine");
}

TEST_CASE("the delay applies to every response") {
  const ResponseScript by = parse_response_script({.respond = "503,reset", .delay = 250ms}, read_nothing);
  for (const std::size_t number : {1, 2, 3}) CHECK(respond(by, number, received()).reply.delay == 250ms);
}

TEST_CASE("an invalid --respond entry is rejected with an error naming it") {
  const auto [list, message] = GENERATE(table<std::string, std::string>({
      {"", "--respond: '' is not a response"},
      {"503,", "--respond: '' is not a response"},
      {",503", "--respond: '' is not a response"},
      {"503,,200", "--respond: '' is not a response"},
      {"rest", "--respond: 'rest' is not a response"},
      {"200:", "--respond: '200:' is not a response"},
      {":reset", "--respond: ':reset' is not a response"},
      {"body.json", "--respond: 'body.json' is not a response"},
      {"2:reset", "--respond: '2' is not a status from 200 to 599"},
      {"+200", "--respond: '+200' is not a response"},
      {" 200", "--respond: ' 200' is not a response"},
      {"200 ", "--respond: '200 ' is not a response"},
      {"-1", "--respond: '-1' is not a response"},
      {"99999999999999999999", "--respond: '99999999999999999999' is not a response"},
      {"199", "--respond: '199' is not a status from 200 to 599"},
      {"200,600", "--respond: '600' is not a status from 200 to 599"},
      {"200:no-such-file", "read 'no-such-file'"},
  }));
  CHECK_THROWS_WITH(script(list), message);
}

TEST_CASE("an unknown fault is rejected with a list of valid faults") {
  const auto [text, message] = GENERATE(table<std::string, std::string>({
      {"rest", "--fault: 'rest' is not one of reset, truncate, drip, hang, wrong-length, bad-challenge"},
      {"", "--fault: '' is not one of reset, truncate, drip, hang, wrong-length, bad-challenge"},
      {"none", "--fault: 'none' is not one of reset, truncate, drip, hang, wrong-length, bad-challenge"},
      {"2:", "--fault: '' is not one of reset, truncate, drip, hang, wrong-length, bad-challenge"},
      {"0:reset", "--fault: '0' is not the number of a request"},
      {":reset", "--fault: '' is not the number of a request"},
      {"-1:reset", "--fault: '-1' is not the number of a request"},
      {"1x:reset", "--fault: '1x' is not the number of a request"},
      {"99999999999999999999:reset", "--fault: '99999999999999999999' is not the number of a request"},
  }));
  CHECK_THROWS_WITH(faults({text}), message);
}

TEST_CASE("two faults for one request are an error") {
  CHECK_THROWS_WITH(faults({"reset", "hang"}), "--fault: a response can't have both 'reset' and 'hang'");
  CHECK_THROWS_WITH(faults({"2:reset", "2:hang"}), "--fault: request 2 has two faults");
}
