#include "sender/advice.h"

#include "support/catch.hpp"

using namespace alohook;

namespace {

Exchange answered(Response response) {
  Exchange exchange;
  exchange.response = std::move(response);
  return exchange;
}

Exchange silent(SendError::Kind kind, std::string detail = "x") {
  Exchange exchange;
  exchange.error.kind = kind;
  exchange.error.detail = std::move(detail);
  return exchange;
}

std::string on(const char* url, const Exchange& exchange) { return advice(parse_url(url), exchange); }

std::string redirected(const char* url, const char* location) {
  return redirect_target(parse_url(url), {.status = 308, .reason = {}, .headers = {{"Location", location}}});
}

}  // namespace

TEST_CASE("a redirect to a login page is no other place for the webhook") {
  for (const char* location :
       {"/login?next=/hook", "/users/sign_in", "https://accounts.example/x", "/auth/realms",
        "/oauth2/authorize", "https://team.cloudflareaccess.com/", "/SSO"}) {
    CAPTURE(location);
    CHECK(leads_to_login(location));
    Exchange exchange;
    exchange.response = Response{302, {}, {{"Location", location}}, {}};
    CHECK(advice(parse_url("http://h:1/hook"), exchange).find("ALO can't log in") != std::string::npos);
  }
  for (const char* location : {"/hook/", "https://h/hook", "/authors", "/classon", "/hooks/author-7"}) {
    CAPTURE(location);
    CHECK_FALSE(leads_to_login(location));
  }
}

TEST_CASE("a redirect's target is an absolute URL") {
  CHECK(redirected("http://h:1/hook?x=1", "https://other/hook/") == "https://other/hook/");
  CHECK(redirected("http://h:1/hook?x=1", "/hook/") == "http://h:1/hook/");
  CHECK(redirected("http://h:1/a/hook?x=/1", "login") == "http://h:1/a/login");
  CHECK(redirected("https://h/hook", "//other/x") == "https://other/x");
  CHECK(redirected("http://h:1/hook", "/login?next=https://h/hook") ==
        "http://h:1/login?next=https://h/hook");
  CHECK(redirected("http://h:1/a/hook?x=1", "?y=2") == "http://h:1/a/hook?y=2");
  CHECK(redirected("unix:/s.sock:/hook", "/hook/") == "unix:/s.sock:/hook/");
  CHECK(redirect_target(parse_url("http://h/"), {.status = 308}) == "");
}

TEST_CASE("each error comes with the next step") {
  CHECK_THAT(on("http://127.0.0.1:3000/", silent(SendError::Kind::refused)),
             ContainsSubstring("is your server running?"));
  CHECK_THAT(on("http://127.0.0.1:8256/", silent(SendError::Kind::refused)),
             ContainsSubstring("alohook listen"));
  const std::string without_response = "the connection was closed without a response";
  CHECK_THAT(on("http://h:3000/x", silent(SendError::Kind::closed, without_response)),
             ContainsSubstring("https://h:3000/x"));
  CHECK_THAT(on("http://h:3000/x",
                silent(SendError::Kind::not_http, "the response is not HTTP/1.1: it starts with \"\\x15\"")),
             ContainsSubstring("does the server speak https?"));
  CHECK(on("http://h:3000/x",
           silent(SendError::Kind::not_http, "the status line is malformed: \"HTTP/1.1 403 \\x1b\"")) == "");
  CHECK(on("http://h:3000/x", silent(SendError::Kind::not_http,
                                     "the response's chunks are malformed: \"x\" is not a size")) == "");
  CHECK(on("http://h:3000/x",
           silent(SendError::Kind::closed,
                  "the connection was closed before the response was complete (5 of 9 bytes)")) == "");
  CHECK(on("https://h:3000/x", silent(SendError::Kind::closed, without_response)) == "");
  CHECK_THAT(on("https://h/", silent(SendError::Kind::tls, "the server's certificate is self-signed")),
             ContainsSubstring("--cacert FILE") && ContainsSubstring("--insecure"));
  CHECK_THAT(on("https://h:1/x", silent(SendError::Kind::tls, "the server does not speak TLS on this port")),
             ContainsSubstring("http://h:1/x"));
  CHECK_THAT(
      on("http://h:443/", answered({.status = 400, .body = "The plain HTTP request was sent to HTTPS port"})),
      ContainsSubstring("https://h/"));
  CHECK_THAT(on("http://h/a", answered({.status = 301, .reason = {}, .headers = {{"Location", "/a/"}}})),
             ContainsSubstring("http://h/a/"));
  CHECK_THAT(on("http://h/a", answered({.status = 405, .reason = {}, .headers = {{"Allow", "GET\x1b"}}})),
             ContainsSubstring("GET\\x1b"));
  CHECK(on("http://h/a", answered({.status = 403})) == "");
}
