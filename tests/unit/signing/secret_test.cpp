#include "signing/secret.h"

#include "support/catch.hpp"

using namespace alohook;

TEST_CASE("a secret is only described by its number, length and fingerprint") {
  // printf 'shhh' | sha256sum
  CHECK(describe(Secret("shhh"), 2) == "secret 2 (4 bytes, sha256 a3375407…)");
  CHECK(describe(Secret(std::string(64, 'a')), 1) == "secret 1 (64 bytes, sha256 ffe054fe…)");
}
