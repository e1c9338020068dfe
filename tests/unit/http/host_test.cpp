#include "http/host.h"

#include "support/catch.hpp"

using namespace alohook;

TEST_CASE("hosts in every format are valid, with and without a port") {
  for (const char* host : {"", "a", "a:80", "a:", "example.test", "127.0.0.1:8256", "[::1]", "[::1]:80",
                           "[::ffff:1.2.3.4]", "[v1.x:y]", "a%2db", "a_b", "~!$&'()*+,;=", "xn--nxasmq6b"}) {
    CAPTURE(host);
    CHECK(is_host_and_port(host));
  }
}

TEST_CASE("text that isn't a host is invalid") {
  for (const char* host : {"a:x",  "a:80:80", "[::1",   "::1",     "]",   "[x]", "[]",     "a%zz",
                           "a%2",  "a%",      "[::1]x", "[::1]80", "a b", "a/b", "user@a", "a\x80",
                           "[v1]", "[v.x]",   "[1.x]",  "a[",      "a?b", "a#b", "a\\b",   "[::1%25lo]"}) {
    CAPTURE(host);
    CHECK_FALSE(is_host_and_port(host));
  }
}
