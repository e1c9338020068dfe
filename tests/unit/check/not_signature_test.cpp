#include "check/not_signature.h"

#include <set>
#include <string>

#include "support/catch.hpp"

using namespace alohook;

namespace {

struct Seen {
  int status;
  Headers headers;
  std::string body;
  std::string id;  // empty: may be the receiver's own rejection
};

// From the error pages of the vendors and frameworks themselves.
const Seen seen[] = {
    {419, {}, "<title>Page Expired</title>", "csrf-filter"},
    {403, {}, "<h1>Forbidden</h1><p>CSRF verification failed. Request aborted.</p>", "csrf-filter"},
    {422, {}, "<h1>The change you wanted was rejected.</h1>", "csrf-filter"},
    {403, {}, R"({"message":"invalid csrf token"})", "csrf-filter"},
    {403, {}, "Cross-site POST form submissions are forbidden", "csrf-filter"},
    {401, {{"WWW-Authenticate", "Basic realm=\"staging\""}}, "Authorization Required", "password"},
    {401, {{"WWW-Authenticate", "Bearer"}}, R"({"detail":"Not authenticated"})", "api-key"},
    {407, {}, "", "password"},
    {403,
     {{"Server", "cloudflare"}, {"cf-mitigated", "challenge"}},
     "<title>Just a moment...</title>",
     "bot-check"},
    {403, {}, "error code: 1020", "firewall"},
    {403, {{"Server", "AkamaiGHost"}}, "Access Denied", "firewall"},
    {406, {}, "Not Acceptable! Mod_Security", "firewall"},
    {403, {{"x-amzn-ErrorType", "ForbiddenException"}}, R"({"message":"Forbidden"})", "api-key"},
    {400, {}, "<title>DisallowedHost at /hook</title>", "host-filter"},
    {403, {}, "Blocked hosts: 127.0.0.1:3000", "host-filter"},
    {421, {}, "", "host-filter"},
    {403, {}, "Your IP address is not allowed", "ip-filter"},
    {403, {}, R"({"error":"10.0.0.7 is not whitelisted"})", "ip-filter"},
    {401, {}, R"({"error":"Authorization field missing"})", "api-key"},
    {403, {}, "<title>Sign In</title> Secured with OAuth2-Proxy", "login"},
    {401, {}, R"({"code":"rest_forbidden","message":"Sorry, you are not allowed to do that."})", "login"},
    {503, {}, "<h1>We'll be back soon!</h1>", "maintenance"},
    {503, {}, "<p>Guru Meditation:</p><p>XID: 1409</p>", "gateway"},
    {400, {}, R"({"statusCode":400,"message":["name should not be empty"]})", "validation"},
    {503, {{"Retry-After", "60"}}, "", "maintenance"},
    {503, {}, "Briefly unavailable for scheduled maintenance. Check back in a minute.", "maintenance"},
    {404, {}, "Cannot POST /hook", "wrong-path"},
    {405, {{"Allow", "GET"}}, "", "method"},
    {415, {}, "", "content-type"},
    {429, {}, "", "rate-limit"},
    {413, {}, "request entity too large", "body-limit"},
    {502, {}, "<center><h1>502 Bad Gateway</h1></center><hr><center>nginx</center>", "gateway"},
    {504, {}, "", "gateway"},
    {503, {}, "no healthy upstream", "gateway"},
    {302, {{"Location", "/login?next=/hook"}}, "", "login"},
    {301, {{"Location", "https://example.test/hook"}}, "", "redirect"},
    {400, {}, "The plain HTTP request was sent to HTTPS port", "https-only"},
    {404, {{"Ngrok-Error-Code", "ERR_NGROK_3200"}}, "", "tunnel"},
    {404, {}, "No such app", "no-such-app"},
    {422, {}, R"({"detail":[{"loc":["body","action"],"msg":"Field required"}]})", "validation"},
    {403, {}, "<h1>403 Forbidden</h1></center><hr><center>nginx</center>", "web-server"},
    {200, {{"Content-Type", "text/html"}}, "<!doctype html><form><input type=\"password\">", "web-page"},
    // The receiver's own rejections.
    {401, {}, "invalid signature", ""},
    {403, {}, "Forbidden", ""},
    {403, {}, "not authentic", ""},
    {400, {}, R"({"error":"Bad Request"})", ""},
    {400, {}, "the X-ALO-Signature header is required", ""},
    {401, {{"WWW-Authenticate", "HMAC"}}, "", ""},
    {500, {}, "Internal Server Error", ""},
    {422, {}, "", ""},
    {200, {{"Content-Type", "application/json"}}, R"({"ok":true})", ""},
};

}  // namespace

TEST_CASE("a response that isn't about the signature is recognized by its signs", "[check]") {
  std::set<std::string> ids;
  for (const Seen& one : seen) {
    INFO(one.status << " " << one.body);
    const auto found =
        not_about_the_signature({.status = one.status, .headers = one.headers, .body = one.body}, {});
    CHECK((found ? found->id : "") == one.id);
    if (!found) continue;
    ids.insert(found->id);
    CHECK_FALSE(found->text.empty());
    CHECK_FALSE(found->sign.empty());
    CHECK_FALSE(found->advice.empty());
  }
  CHECK(ids.size() >= 15);
}

TEST_CASE("the target of a redirect is reported", "[check]") {
  const auto found =
      not_about_the_signature({.status = 308, .headers = {{"Location", "/hook/"}}}, {.target = "/hook"});
  REQUIRE(found);
  CHECK(found->text.find("trailing slash") != std::string::npos);
  CHECK(found->advice.find("/hook/") != std::string::npos);
}
