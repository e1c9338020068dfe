#include "signing/secret.h"

#include "support/catch.hpp"

using namespace alohook;

TEST_CASE("a secret is described by its number, length and fingerprint only") {
  // printf 'shhh' | sha256sum
  CHECK(describe(Secret("shhh"), 2) == "secret 2 (4 bytes, sha256 a3375407…)");
  CHECK(describe(Secret(std::string(64, 'a')), 1) == "secret 1 (64 bytes, sha256 ffe054fe…)");
}

TEST_CASE("secrets that can't have been meant are objected to with the reason") {
  const auto [bytes, objection] = GENERATE(table<std::string, std::string>({
      {"", "is empty"},
      {" x", "starts with white space"},
      {"\nx", "starts with white space"},
      {"x\n", "ends in a newline"},
      {"x\r\n", "ends in a newline"},
      {"x\n\n", "ends in a newline"},
      {"x ", "ends in white space"},
      {"x\r", "ends in white space"},
      {"x\t", "ends in white space"},
      {"\"x\"", "has quotes around it"},
      {"'x'", "has quotes around it"},
      {"`x`", "has quotes around it"},
      {"x'", "has quotes around it"},
      {"\"", "has quotes around it"},
      {"${ALO_SECRET}", "holds an unexpanded ${…}"},
      {"pre${ALO_SECRET}", "holds an unexpanded ${…}"},
  }));
  CAPTURE(bytes);
  CHECK(secret_objection(bytes) == objection);
}

TEST_CASE("any other bytes may be a secret") {
  const auto bytes = GENERATE(as<std::string>{}, "x", "two words", "it's", "a\"b", "$HOME",
                              "schl\xc3\xbcssel", "\xff\xfe\x01", "{}", "a#b", "=");
  CAPTURE(bytes);
  CHECK(secret_objection(bytes).empty());
  CHECK(secret_objection(std::string("a\0b", 3)).empty());
}
