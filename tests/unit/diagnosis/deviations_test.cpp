#include <algorithm>
#include <map>

#include "base/codec.h"
#include "diagnosis/deviations.h"
#include "support/catch.hpp"

using namespace alohook;

namespace {

const Secret secret("8f742231b10e8888abcd99yyyzzz85a5");
const std::string right_timestamp = "1531420618";
const std::string right_body = "{\"type\": \"action_created\", \"a\": \"caf\xC3\xA9\"}\n";

}  // namespace

// The expected digests were computed with Python's hmac, hashlib and json.
TEST_CASE("the deviations are what buggy code computes", "[deviations]") {
  std::map<std::string, std::string> causes;
  for (const Deviation& deviation : deviations(secret, right_timestamp, right_body)) {
    causes.emplace(hex_encode(deviation.digest), deviation.cause.id);
    CHECK_FALSE(deviation.name.empty());
    CHECK_FALSE(deviation.cause.proven);
  }
  CHECK(causes["a2030119aaecf331d8ff9d18971240e2d4c1dc3acaa91e7a4185659f946c74f6"] == "body-reserialised");
  CHECK(causes["fb9408cbfae620480aeb21b210bf7b815942dacf666283d9ee6b9ace0177f39e"] == "body-reserialised");
  CHECK(causes["a0ab268ccf39c66982ee3f074d6e7ed2704e4da9c6a7d625d67ac1418b54dbbd"] == "body-newlines");
  CHECK(causes["1bdadced23c8af4902524e470a7ed0a4107609afcb0c77cd71fa8b8bc3c66aa8"] == "body-base64");
  CHECK(causes["b530693f551fadcb8301ed52f94262616bc61217de4fe53e7addc62e21417bfe"] == "body-charset");
  CHECK(causes["55f41ec73231010289b54e669149ea021fccab11b5524355523533ce930cb739"] == "body-missing");
  CHECK(causes["d7676f0fd064e823694f1ea9aa62421124b88a6471d276e032a031d1d15543b4"] == "body-only");
  CHECK(causes["c982ad51a3f3aa77ac385e1354a8b2d99b9a0f4e8106c605cd0aae9b89c0613f"] == "other-template");
  CHECK(causes["9f778b822ab2ddffc30ef412dd47004d452f11fef389ac103bf40e450dda596c"] == "secret-whitespace");
  CHECK(causes["35b9b685d29719b8685036cc1570b777469d35d20b3d8fbc754d2b1123e5bb5f"] == "secret-decoded");
  CHECK(causes["516f17965ffcb38e2a0d2c2746035928c6ff8b42394a2d530e9eef7475779778dc0bcbe86c2071b06406f0cda5a20"
               "f54e0d76eaddeaeb835f6ca8746fbf7646d"] == "other-hash");
  CHECK(causes["cdf017ed974a9cd194ee97b72ab887aa135eec4b0eff2bb13c5452f8b91503ae"] == "other-hash");
  CHECK(causes["b74fc431b178b952baef7e67e34139236653059ac134da686e061327bc28854a"] == "key-message-swapped");
  CHECK(causes["275b8bcbaec91e2e75858474e1673fe286da2ae4a51618c12162c3c06e5a969b"] == "timestamp-form");
  CHECK(causes.count("c62bc780a0a34fcac485a5c959c1efe4a290bb63b3790f43efd10e5afa07a636") == 0);
}

TEST_CASE("deviations have distinct digests, and the most common ones come first", "[deviations]") {
  const auto list = deviations(secret, right_timestamp, right_body);
  std::vector<std::string> digests, first;
  for (const Deviation& deviation : list) {
    digests.push_back(deviation.digest);
    if (first.size() < 40) first.push_back(deviation.cause.id);
  }
  std::sort(digests.begin(), digests.end());
  CHECK(std::adjacent_find(digests.begin(), digests.end()) == digests.end());
  for (const char* id :
       {"body-reserialised", "body-newlines", "secret-whitespace", "body-only", "other-template"}) {
    CHECK(std::count(first.begin(), first.end(), id) > 0);
  }
}

TEST_CASE("the description of a deviation never contains the secret", "[deviations]") {
  for (const Deviation& deviation : deviations(secret, right_timestamp, right_body)) {
    CHECK(deviation.cause.evidence.find(std::string(secret.bytes())) == std::string::npos);
    CHECK(deviation.name.find(std::string(secret.bytes())) == std::string::npos);
  }
}
