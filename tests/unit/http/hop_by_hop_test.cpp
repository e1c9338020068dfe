#include "http/hop_by_hop.h"

#include "support/catch.hpp"

namespace alohook {
namespace {

const Url target = parse_url("http://127.0.0.1:3000/");

TEST_CASE("hop-by-hop headers are not forwarded, whatever their case") {
  const Headers headers = {{"Host", "a"},
                           {"connection", "close, X-Trace ,te"},
                           {"X-Kept", "1"},
                           {"KEEP-ALIVE", "timeout=5"},
                           {"Proxy-Connection", "keep-alive"},
                           {"Proxy-Authenticate", "Basic"},
                           {"Proxy-Authorization", "Basic eA=="},
                           {"TE", "trailers"},
                           {"Trailer", "X-Sum"},
                           {"Transfer-Encoding", "chunked"},
                           {"Upgrade", "h2c"},
                           {"Expect", "100-continue"},
                           {"Content-Length", "3"},
                           {"x-trace", "named by Connection"},
                           {"X-TracE2", "not named"}};
  CHECK(without_hop_by_hop(headers) == Headers{{"Host", "a"}, {"X-Kept", "1"}, {"X-TracE2", "not named"}});
}

TEST_CASE("a second Connection header and unusual lists are evaluated, too") {
  CHECK(without_hop_by_hop(
            {{"Connection", ",, ,"}, {"Connection", "a,,B,"}, {"b", "1"}, {"a", "2"}, {"c", ""}}) ==
        Headers{{"c", ""}});
}

TEST_CASE("case, order, duplicates and empty values of headers survive") {
  const Headers headers = {{"x-B", "2"}, {"X-a", ""}, {"x-B", "1"}, {"X-bytes", "\xff"}};
  Headers expected = headers;
  expected.insert(expected.begin(), {"Host", "127.0.0.1:3000"});
  const Request request = addressed_to({.headers = headers, .body = "x"}, target, HostHeader::of_target);
  CHECK(request.headers == expected);
  CHECK(request.body == "x");
  CHECK(request.method == "POST");
}

TEST_CASE("the target's Host replaces the received one") {
  const Request received{.headers = {{"A", "1"}, {"hOST", "old"}, {"B", "2"}, {"Host", "older"}}};
  CHECK(addressed_to(received, target, HostHeader::of_target).headers ==
        Headers{{"A", "1"}, {"hOST", "127.0.0.1:3000"}, {"B", "2"}});
  CHECK(addressed_to(received, target, HostHeader::kept).headers == received.headers);
}

TEST_CASE("a URL with its own path determines the target, one without keeps the request's path") {
  const Request received{.method = "PUT", .target = "/hooks?x=1"};
  const auto target_at = [&](const char* url) {
    return addressed_to(received, parse_url(url), HostHeader::of_target).target;
  };
  CHECK(target_at("http://127.0.0.1:3000") == "/hooks?x=1");
  CHECK(target_at("http://127.0.0.1:3000/") == "/hooks?x=1");
  CHECK(target_at("http://127.0.0.1:3000/other") == "/other");
  CHECK(target_at("http://127.0.0.1:3000/?y=2") == "/?y=2");
  CHECK(target_at("unix:/tmp/a.sock") == "/hooks?x=1");
  CHECK(target_at("unix:/tmp/a.sock:/b") == "/b");
  CHECK(addressed_to(received, target, HostHeader::of_target).method == "PUT");
}

}  // namespace
}  // namespace alohook
