#include "options/target.h"

#include "support/catch.hpp"

using namespace alohook;

TEST_CASE("a target of several addresses is on this machine only if each of them is") {
  const auto reached = [](const std::vector<std::string>& resolve) {
    Target target{parse_url("http://example.com:3000/"), {}};
    target.client.resolve = resolve;
    return target.reached();
  };
  CHECK_FALSE(reached({}).is_loopback());
  CHECK(reached({"example.com:3000:127.0.0.1"}).is_loopback());
  CHECK(reached({"example.com:3000:127.0.0.1,127.0.0.2"}).is_loopback());
  CHECK(reached({"example.com:3000:127.0.0.1,192.0.2.2"}).host == "192.0.2.2");
  CHECK(reached({"example.com:3000:192.0.2.2,127.0.0.1"}).host == "192.0.2.2");
  CHECK(reached({"example.com:3000:192.0.2.2", "example.com:3000:127.0.0.1"}).host == "192.0.2.2");
}
