#include "inspector/guard.h"

#include "support/catch.hpp"

using namespace alohook;

namespace {

const GuardPolicy policy{8257, "0123456789abcdef0123456789abcdef"};
const Header host{"Host", "127.0.0.1:8257"};
const Header authorization{"Authorization", "Bearer 0123456789abcdef0123456789abcdef"};
const Header origin{"Origin", "http://127.0.0.1:8257"};

/// Returns the status of the rejection; 0 if the request passes.
int rejected(const std::string& method, const std::string& target, Headers headers) {
  const auto rejection = guard({method, target, std::move(headers), {}}, policy);
  return rejection ? rejection->status : 0;
}

}  // namespace

TEST_CASE("the page needs no token, but the API does", "[inspector]") {
  CHECK(rejected("GET", "/", {host}) == 0);
  CHECK(rejected("GET", "/page/main.js", {host}) == 0);
  CHECK(rejected("GET", "/?q=leak%20b&verdict=rejected", {host}) == 0);
  CHECK(rejected("HEAD", "/", {host}) == 0);
  CHECK(rejected("GET", "/api/events?after=1", {host, authorization}) == 0);
  CHECK(rejected("POST", "/api/replays", {host, authorization, origin}) == 0);
  CHECK(rejected("GET", "/api/session", {{"Host", "localhost:8257"}, authorization}) == 0);
}

TEST_CASE("a host other than the inspector's two names is rejected before anything else", "[inspector]") {
  for (const char* value :
       {"evil.test:8257", "127.0.0.1", "127.0.0.1:80", "127.0.0.1:08257", "127.0.0.1:8257.", "localhost",
        "LOCALHOST:8257", "127.0.0.2:8257", "0.0.0.0:8257", "[::1]:8257", "127.1:8257", "2130706433:8257",
        "localhost.:8257", "a.localhost:8257", "127.0.0.1:8257@evil.test", "http://127.0.0.1:8257", ""}) {
    INFO(value);
    CHECK(rejected("GET", "/", {{"Host", value}}) == 421);
    CHECK(rejected("GET", "/api/session", {{"Host", value}, authorization}) == 421);
    CHECK(rejected("OPTIONS", "/", {{"Host", value}}) == 421);
  }
  CHECK(rejected("GET", "/", {}) == 421);
  CHECK(rejected("GET", "/", {host, host}) == 421);
  CHECK(rejected("GET", "/", {host, {"Host", "evil.test"}}) == 421);
}

TEST_CASE("an origin other than the inspector's two is rejected, and a POST requires one", "[inspector]") {
  for (const char* value : {"null", "http://evil.test", "https://127.0.0.1:8257", "http://127.0.0.1",
                            "http://127.0.0.1:3000", "http://10.0.0.1:8257", "http://[::1]:8257",
                            "http://evil.test:8257", "127.0.0.1:8257", "http://127.0.0.1:8257/", ""}) {
    INFO(value);
    CHECK(rejected("GET", "/api/session", {host, authorization, {"Origin", value}}) == 403);
    CHECK(rejected("POST", "/api/replays", {host, authorization, {"Origin", value}}) == 403);
  }
  CHECK(rejected("POST", "/api/replays", {host, authorization}) == 403);
  CHECK(rejected("GET", "/api/session", {host, authorization, origin, origin}) == 403);
  CHECK(rejected("GET", "/api/session", {host, authorization, {"Origin", "http://localhost:8257"}}) == 0);
}

TEST_CASE("preflights and other methods are rejected", "[inspector]") {
  for (const char* method : {"OPTIONS", "PUT", "DELETE", "PATCH", "TRACE", "CONNECT", "get"}) {
    INFO(method);
    CHECK(rejected(method, "/api/replays", {host, authorization, origin}) == 405);
  }
  CHECK(rejected("POST", "/", {host, origin}) == 405);
}

TEST_CASE("requests from other sites are rejected, but the page may be navigated to", "[inspector]") {
  const auto site = [](const char* value) { return Header{"Sec-Fetch-Site", value}; };
  const Header navigate{"Sec-Fetch-Mode", "navigate"};
  for (const char* value : {"cross-site", "same-site", "none", ""}) {
    INFO(value);
    CHECK(rejected("GET", "/api/session", {host, authorization, site(value)}) == 403);
    CHECK(rejected("GET", "/api/session", {host, authorization, site(value), navigate}) == 403);
    CHECK(rejected("GET", "/page/main.js", {host, site(value), navigate}) == 403);
    CHECK(rejected("GET", "/", {host, site(value)}) == 403);
    CHECK(rejected("GET", "/", {host, site(value), navigate}) == 0);
  }
  CHECK(rejected("GET", "/page/main.js", {host, site("same-origin")}) == 0);
  CHECK(rejected("GET", "/api/session", {host, authorization, site("same-origin"), site("cross-site")}) ==
        403);
}

TEST_CASE("paths are compared byte for byte", "[inspector]") {
  for (const char* target : {"/%61pi/events", "/api%2fevents", "/%2e%2e/",
                             "http://127.0.0.1:8257/api/session", "*", "127.0.0.1:8257", "api/events"}) {
    INFO(target);
    CHECK(rejected("GET", target, {host, authorization}) == 404);
  }
}

TEST_CASE("without the exact token, every path below /api/ returns the same 401", "[inspector]") {
  const auto with = [](const std::string& value) { return Headers{host, {"Authorization", value}}; };
  for (const char* target :
       {"/api/", "/api/events", "/api/session", "/api/nothing", "/api/events/0123456789abcdef"}) {
    INFO(target);
    CHECK(rejected("GET", target, {host}) == 401);
    CHECK(rejected("GET", target, with("")) == 401);
    CHECK(rejected("GET", target, with("Bearer ")) == 401);
    CHECK(rejected("GET", target, with("Bearer 0123456789abcdef0123456789abcdee")) == 401);
    CHECK(rejected("GET", target, with("Bearer 0123456789abcdef0123456789abcdef0")) == 401);
    CHECK(rejected("GET", target, with("bearer 0123456789abcdef0123456789abcdef")) == 401);
    CHECK(rejected("GET", target, with("Basic 0123456789abcdef0123456789abcdef")) == 401);
    CHECK(rejected("GET", target, {host, authorization, authorization}) == 401);
  }
  CHECK(rejected("GET", "/api/session?token=0123456789abcdef0123456789abcdef", {host}) == 401);
}
