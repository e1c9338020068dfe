#include "http/client/raw_client.h"

#include "support/catch.hpp"
#include "support/raw_client.h"

using namespace alohook;

namespace {

Url url_of(RunningServer& server) {
  return parse_url("http://127.0.0.1:" + std::to_string(server.port()) + "/hooks?x=1");
}

Request request() {
  return {.target = "/hooks?x=1",
          .headers = {{"x-alo-SIGNATURE", " one "}, {"X-ALO-Signature", "two"}, {"Odd", "\xFF\xC3\xA9"}},
          .body = std::string("{\"a\":\"\0\r\n\"}", 11)};
}

/// A server that accepts one connection, reads something, and responds with these bytes.
Exchange exchange_with(const std::string& bytes, ClientOptions options = {}) {
  const int listener = socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  REQUIRE(bind(listener, reinterpret_cast<sockaddr*>(&address), size) == 0);
  REQUIRE(listen(listener, 1) == 0);
  REQUIRE(getsockname(listener, reinterpret_cast<sockaddr*>(&address), &size) == 0);
  std::thread server([&] {
    const int peer = accept(listener, nullptr, nullptr);
    char buffer[65536];
    if (recv(peer, buffer, sizeof buffer, 0) > 0) send(peer, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    shutdown(peer, SHUT_WR);
    while (recv(peer, buffer, sizeof buffer, 0) > 0) {
    }
    close(peer);
  });
  const Url url = parse_url("http://127.0.0.1:" + std::to_string(ntohs(address.sin_port)) + "/");
  Exchange exchange = send_on_wire(url, options, request(), WireForm::segmented);
  server.join();
  close(listener);
  return exchange;
}

}  // namespace

TEST_CASE("a request arrives byte for byte, however it is split", "[wire]") {
  for (const WireForm form : {WireForm::whole, WireForm::segmented, WireForm::chunked}) {
    RunningServer server;
    const Exchange exchange = send_on_wire(url_of(server), {}, request(), form);
    REQUIRE(exchange.response);
    CHECK(exchange.response->status == 200);
    CHECK(exchange.response->body == "ok");
    const Request arrived = server.request(0).request;
    CHECK(arrived.body == request().body);
    CHECK(arrived.target == "/hooks?x=1");
    const auto values = header_values(arrived.headers, "X-ALO-Signature");
    REQUIRE(values.size() == 2);
    CHECK(values[0] == "one");
    CHECK(values[1] == "two");
    CHECK(header_value(arrived.headers, "Odd") == "\xFF\xC3\xA9");
    CHECK(arrived.headers[1].name == "x-alo-SIGNATURE");  // after Host
    CHECK(header_value(arrived.headers, "Transfer-Encoding").has_value() == (form == WireForm::chunked));
    CHECK(header_value(arrived.headers, "Content-Length").has_value() == (form != WireForm::chunked));
  }
}

TEST_CASE("responses are read with any framing, even if they arrive early", "[wire]") {
  CHECK(exchange_with("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc").response->body == "abc");
  CHECK(exchange_with("HTTP/1.1 200 OK\r\n\r\nuntil the end").response->body == "until the end");
  CHECK(exchange_with(
            "HTTP/1.1 413 X\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\na\r\n0123456789\r\n0\r\n\r\n")
            .response->body == "abc0123456789");
  CHECK(exchange_with("HTTP/1.1 204 No Content\r\n\r\n").response->status == 204);
}

TEST_CASE("anything but an HTTP response is an error", "[wire]") {
  CHECK(exchange_with("").error.kind == SendError::Kind::closed);
  CHECK(exchange_with("garbage").error.kind == SendError::Kind::not_http);
  const Exchange long_one =
      exchange_with("HTTP/1.1 200 OK\r\n\r\n" + std::string(5000, 'x'), {.max_body_bytes = 1000});
  CHECK_FALSE(long_one.response);
  CHECK(long_one.error.kind == SendError::Kind::not_http);
}

TEST_CASE("a server that never responds is timed out", "[wire]") {
  RunningServer server({}, [](const Incoming&, const Responder&) {});
  const Exchange exchange =
      send_on_wire(url_of(server), {.timeout = std::chrono::milliseconds(50)}, request(), WireForm::whole);
  CHECK_FALSE(exchange.response);
}

TEST_CASE("reachability can be tested without a request", "[wire]") {
  Url url;
  {
    RunningServer server;
    url = url_of(server);
    CHECK(accepts_connections(url, {}));
  }
  CHECK_FALSE(accepts_connections(url, {}));
  CHECK(send_on_wire(url, {}, request(), WireForm::whole).error.kind == SendError::Kind::refused);
}
