#include <fmt/format.h>

#include <chrono>
#include <list>
#include <string>

#include "support/catch.hpp"
#include "support/raw_client.h"

using namespace alohook;
using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

namespace {

const std::string right = "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n0123456789";

std::string get(const std::string& target) { return "GET " + target + " HTTP/1.1\r\nHost: x\r\n\r\n"; }

/// Responds with `fault`, except at /right.
Server::Handler spoiling(Fault fault, std::string body = "0123456789",
                         std::chrono::milliseconds delay = 0ms) {
  return [=](const Incoming& incoming, const Responder& respond) {
    ServerResponse answer = Response{200, "", {}, body};
    if (incoming.request.target != "/right") {
      answer.fault = fault;
      answer.delay = delay;
    }
    respond(answer);
  };
}

std::string answer_with(Fault fault, const std::string& body, const std::string& method = "GET") {
  RunningServer server({}, spoiling(fault, body));
  RawClient client(server.port());
  client.send(method + " / HTTP/1.1\r\nHost: x\r\n\r\n");
  return client.read_all();
}

bool still_serves(RunningServer& server) {
  RawClient client(server.port());
  client.send(get("/right"));
  return client.read_response() == right;
}

/// Returns whether the connection is reset before any byte has arrived.
bool is_reset(const RawClient& client) {
  char byte = 0;
  return recv(client.descriptor(), &byte, 1, 0) < 0 && errno == ECONNRESET;
}

}  // namespace

TEST_CASE("a reset closes the connection without a response") {
  RunningServer server({}, spoiling(Fault::reset));
  for (int i = 0; i < 3; ++i) {
    RawClient client(server.port());
    client.send(get("/right"));
    CHECK(client.read_response() == right);
    client.send(get("/"));
    CHECK(is_reset(client));
  }
  CHECK(still_serves(server));
}

TEST_CASE("a truncated response announces its full length and ends in the middle") {
  const std::string head = "HTTP/1.1 200 OK\r\nContent-Length: {}\r\nConnection: close\r\n\r\n";
  CHECK(answer_with(Fault::truncate, "0123456789") == fmt::format(fmt::runtime(head), 10) + "01234");
  CHECK(answer_with(Fault::truncate, "012") == fmt::format(fmt::runtime(head), 3) + "0");
  CHECK(answer_with(Fault::truncate, "0") == fmt::format(fmt::runtime(head), 1));
}

TEST_CASE("a truncated response without a body ends in the middle of its head") {
  const std::string head = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
  CHECK(answer_with(Fault::truncate, "") == head.substr(0, head.size() / 2));
  // The response to HEAD without a body only has the length it is given.
  const std::string of_head = "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n";
  CHECK(answer_with(Fault::truncate, "", "HEAD") == of_head.substr(0, of_head.size() / 2));
}

TEST_CASE("a wrong length is at least one byte less than the body") {
  const std::string head = "HTTP/1.1 200 OK\r\nContent-Length: {}\r\nConnection: close\r\n\r\n";
  CHECK(answer_with(Fault::wrong_length, "0123456789") == fmt::format(fmt::runtime(head), 5) + "0123456789");
  CHECK(answer_with(Fault::wrong_length, "012") == fmt::format(fmt::runtime(head), 1) + "012");
  CHECK(answer_with(Fault::wrong_length, "0") == fmt::format(fmt::runtime(head), 0) + "0");
  CHECK(answer_with(Fault::wrong_length, "") == fmt::format(fmt::runtime(head), 0) + "\n");
}

TEST_CASE("a dripping response arrives byte by byte, is correct, and keeps the connection open") {
  RunningServer server({}, spoiling(Fault::drip, ""));
  RawClient client(server.port());
  client.send(get("/") + get("/right"));
  const auto began = Clock::now();
  CHECK(client.read(1) == "H");
  const std::string rest = client.read_response();
  CHECK(rest == "TTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
  CHECK(Clock::now() - began >= rest.size() * 100ms);
  CHECK(client.read_response() == "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
}

TEST_CASE("a dripping response ends when the client disconnects") {
  RunningServer server({}, spoiling(Fault::drip, std::string(100'000, 'x')));
  {
    RawClient client(server.port());
    client.send(get("/"));
    CHECK(client.read(1) == "H");
  }
  server.server().stop(1h);  // waits for every connection
  server.join();
}

TEST_CASE("a hanging request gets no response, while other connections are served") {
  RunningServer server({}, spoiling(Fault::hang));
  RawClient client(server.port());
  client.send(get("/") + get("/right"));
  server.request(0);
  CHECK(still_serves(server));
  char byte = 0;
  CHECK(recv(client.descriptor(), &byte, 1, MSG_DONTWAIT) < 0);
  CHECK((errno == EAGAIN || errno == EWOULDBLOCK));
}

TEST_CASE("a hanging connection is closed when the client disconnects") {
  RunningServer server({.max_connections = 1}, spoiling(Fault::hang));
  for (int i = 0; i < 3; ++i) {
    RawClient client(server.port());
    client.send(get("/"));
    server.request(static_cast<std::size_t>(i));
    client.end_sending();
    CHECK(client.is_at_end());
  }
}

TEST_CASE("what a client sends after a request that hangs is discarded") {
  RunningServer server({}, spoiling(Fault::hang));
  RawClient client(server.port());
  client.send(get("/"));
  for (int i = 0; i < 100; ++i) REQUIRE(client.send(std::string(10'000, 'x')));
  client.end_sending();
  CHECK(client.is_at_end());
  CHECK(server.request_count() == 1);
}

TEST_CASE("stopping doesn't wait for hanging requests") {
  RunningServer server({}, spoiling(Fault::hang));
  std::list<RawClient> clients;
  for (std::size_t i = 0; i < 3; ++i) {
    clients.emplace_back(server.port()).send(get("/"));
    server.request(i);
  }
  server.server().stop(1h);
  server.join();
  for (RawClient& client : clients) CHECK(client.is_at_end());
}

TEST_CASE("a delayed response is sent later, while others are served") {
  RunningServer server({}, spoiling(Fault::none, "0123456789", 300ms));
  const auto began = Clock::now();
  RawClient client(server.port());
  client.send(get("/") + get("/right"));
  CHECK(still_serves(server));
  CHECK(client.read_response() == right);
  CHECK(Clock::now() - began >= 300ms);
  CHECK(client.read_response() == right);
}

TEST_CASE("stopping lets a delayed response be sent") {
  RunningServer server({}, spoiling(Fault::none, "0123456789", 300ms));
  RawClient client(server.port());
  client.send(get("/"));
  server.request(0);
  server.server().stop(1h);
  CHECK(client.read_all().ends_with("\r\n\r\n0123456789"));
  server.join();
}

TEST_CASE("a request that hangs after its delay ends when the server stops") {
  RunningServer server({}, spoiling(Fault::hang, "", 300ms));
  RawClient client(server.port());
  client.send(get("/"));
  server.request(0);
  server.server().stop(1h);
  CHECK(client.is_at_end());
  server.join();
}

TEST_CASE("a delay ends with the grace period of a stop and with the server") {
  const Fault fault = GENERATE(Fault::none, Fault::reset, Fault::drip, Fault::hang);
  RunningServer server({}, spoiling(fault, "x", 1h));
  RawClient client(server.port());
  client.send(get("/"));
  server.request(0);
  server.server().stop(0ms);
  server.join();
  CHECK(client.is_at_end());
}
