#include "http/server/server.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/ssl.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <csignal>
#include <filesystem>
#include <future>
#include <list>
#include <memory>

#include "base/error.h"
#include "support/catch.hpp"
#include "support/raw_client.h"

using namespace alohook;
using namespace std::chrono_literals;

namespace {

std::string all_bytes() {
  std::string bytes;
  for (int i = 0; i < 256; ++i) bytes += static_cast<char>(i);
  return bytes;
}

std::string post(const std::string& body, const std::string& headers = "") {
  return fmt::format("POST /hooks HTTP/1.1\r\nHost: x\r\n{}Content-Length: {}\r\n\r\n{}", headers,
                     body.size(), body);
}

std::string chunked(const std::string& chunks) {
  return "POST /hooks HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n" + chunks;
}

std::string status_of(const std::string& response) { return response.substr(0, 12); }

/// Returns what the server receives if `bytes` are sent over a connection that then ends.
std::string answer_to(RunningServer& server, std::string_view bytes) {
  RawClient client(server.port());
  client.send(bytes);
  client.end_sending();
  return client.read_all();
}

bool serves(RunningServer& server) {
  RawClient client(server.port());
  client.send(post("next"));
  return status_of(client.read_response()) == "HTTP/1.1 200";
}

/// A temporary directory.
struct Folder {
  std::filesystem::path path;
  Folder() {
    std::string name = (std::filesystem::temp_directory_path() / "alohook-XXXXXX").string();
    path = mkdtemp(name.data());
  }
  ~Folder() { std::filesystem::remove_all(path); }
};

/// A responder that the test calls when it wants to.
struct Later {
  std::promise<Responder> promise;
  std::future<Responder> future = promise.get_future();
  Server::Handler handler() {
    return [this](const Incoming&, Responder responder) { promise.set_value(std::move(responder)); };
  }
  Responder take() { return future.get(); }
};

bool has_ipv6() {
  try {
    Server({.host = "::1"}, {}, {});
    return true;
  } catch (const Error&) {
    WARN("no IPv6 here: skipped");
    return false;
  }
}

}  // namespace

TEST_CASE("a body with every byte value arrives unchanged, with a Content-Length and in chunks") {
  RunningServer server;
  RawClient client(server.port());
  client.send(post(all_bytes()));
  CHECK(status_of(client.read_response()) == "HTTP/1.1 200");
  client.send(chunked("80\r\n" + all_bytes().substr(0, 128) + "\r\n80\r\n" + all_bytes().substr(128) +
                      "\r\n0\r\n\r\n"));
  CHECK(status_of(client.read_response()) == "HTTP/1.1 200");
  CHECK(server.request(0).request.body == all_bytes());
  CHECK(server.request(1).request.body == all_bytes());
}

TEST_CASE("no content type or encoding makes the server change a body") {
  const std::string gzip(
      "\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03\x4b\x04\x00\x43\xbe\xb7\xe8\x01\x00\x00\x00", 21);
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"Content-Encoding: gzip\r\n", gzip},
      {"Content-Type: application/x-www-form-urlencoded\r\n", "a=%20b&a=+&=%zz"},
      {"Content-Type: multipart/form-data; boundary=x\r\n", "--x\r\n\r\nno headers\r\n--x--"},
      {"Content-Type: application/json\r\nRange: bytes=0-1\r\n", "{\"a\" : 1.0,\r\n\t\"a\":2}\n"},
  };
  RunningServer server;
  RawClient client(server.port());
  for (std::size_t i = 0; i < cases.size(); ++i) {
    client.send(post(cases[i].second, cases[i].first));
    CHECK(status_of(client.read_response()) == "HTTP/1.1 200");
    CHECK(server.request(i).request.body == cases[i].second);
  }
}

TEST_CASE("headers keep their order, case, duplicates, empty values and bytes") {
  RunningServer server;
  RawClient client(server.port());
  client.send(
      "POST /a/../b%2f?x=%0d%0a&y=\xc3\xa9#f HTTP/1.1\r\nhOsT:h\r\nX-B: 2\r\nx-a: \t one  two "
      "\t\r\nX-B:1\r\nX-Empty:\r\n"
      "X-Blank: \r\nX-Enc: a%0d%0ab%00\r\nX-Latin: \xe9\r\nREMOTE_ADDR: 1.2.3.4\r\n\r\n");
  client.read_response();
  const Request request = server.request(0).request;
  CHECK(request.target == "/a/../b%2f?x=%0d%0a&y=\xc3\xa9#f");
  const Headers expected = {{"hOsT", "h"},
                            {"X-B", "2"},
                            {"x-a", "one  two"},
                            {"X-B", "1"},
                            {"X-Empty", ""},
                            {"X-Blank", ""},
                            {"X-Enc", "a%0d%0ab%00"},
                            {"X-Latin", "\xe9"},
                            {"REMOTE_ADDR", "1.2.3.4"}};
  CHECK(request.headers == expected);
}

TEST_CASE("any method may have a body, and an unknown one keeps its name") {
  RunningServer server;
  RawClient client(server.port());
  const std::vector<std::string> methods = {"GET",  "DELETE",   "OPTIONS",
                                            "post", "M-SEARCH", "X!#$%&'*+-.^_`|~9"};
  for (std::size_t i = 0; i < methods.size(); ++i) {
    client.send(methods[i] + " * HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc");
    CHECK(status_of(client.read_response()) == "HTTP/1.1 200");
    CHECK(server.request(i).request.method == methods[i]);
    CHECK(server.request(i).request.body == "abc");
  }
}

TEST_CASE("chunk extensions and trailers are ignored") {
  RunningServer server;
  RawClient client(server.port());
  client.send(chunked(
      "3;a=b;c=\"d;e\" ; f\r\nabc\r\n0B\r\nhello world\r\n000;x\r\nX-Trailer: 1\r\nX-Signature: 2\r\n\r\n"));
  CHECK(status_of(client.read_response()) == "HTTP/1.1 200");
  const Request request = server.request(0).request;
  CHECK(request.body == "abchello world");
  CHECK(request.headers == Headers{{"Host", "x"}, {"Transfer-Encoding", "chunked"}});
  CHECK(serves(server));
}

TEST_CASE("requests are the same wherever the network splits them") {
  const std::string bytes = "\r\n" + post("{\"a\":1}") +
                            chunked("2;x=y\r\nab\r\n1\r\nc\r\n0\r\nT: 1\r\n\r\n") + chunked("0\r\n\r\n") +
                            "GET /last HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
  const std::string expected =
      "HTTP/1.1 200 OK\r\nContent-Length: 14\r\n\r\n/hooks {\"a\":1}HTTP/1.1 200 OK\r\nContent-Length: "
      "10\r\n\r\n"
      "/hooks abcHTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\n/hooks HTTP/1.1 200 OK\r\nContent-Length: 6\r\n"
      "Connection: close\r\n\r\n/last ";
  RunningServer server({}, [](const Incoming& incoming, const Responder& respond) {
    respond({200, "", {}, incoming.request.target + " " + incoming.request.body});
  });
  RawClient other(server.port());
  // Once another connection has its response, the loop has also processed what was sent before.
  const auto let_server_read = [&other] {
    other.send(post(""));
    other.read_response();
  };
  for (std::size_t cut = 1; cut < bytes.size(); ++cut) {
    RawClient client(server.port());
    client.send(bytes.substr(0, cut));
    let_server_read();
    client.send(bytes.substr(cut));
    REQUIRE(client.read_all() == expected);
  }
  RawClient client(server.port());
  for (const char c : bytes) {
    client.send({&c, 1});
    let_server_read();
  }
  CHECK(client.read_all() == expected);
}

TEST_CASE("pipelined requests get their responses in order on one connection") {
  RunningServer server({}, [](const Incoming& incoming, const Responder& respond) {
    respond({200, "", {}, incoming.request.target});
  });
  std::string requests;
  std::string expected;
  for (int i = 0; i < 2000; ++i) {
    requests += fmt::format("POST /{} HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nGET /", i);
    expected +=
        fmt::format("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n/{}", fmt::formatted_size("/{}", i), i);
  }
  RawClient client(server.port());
  std::thread sender([&] { client.send(requests); });
  CHECK(client.read(expected.size()) == expected);
  sender.join();
}

TEST_CASE("a connection stays open exactly if the client asks for it or HTTP/1.1 implies it") {
  RunningServer server;
  CHECK(answer_to(server, "GET / HTTP/1.0\r\n\r\n").find("Connection: close\r\n") != std::string::npos);
  CHECK(
      answer_to(server, "GET / HTTP/1.1\r\nHost: x\r\nConnection: Close\r\n\r\n").find("Connection: close") !=
      std::string::npos);
  CHECK(answer_to(server, "GET / HTTP/1.1\r\nHost: x\r\n\r\n").find("Connection") == std::string::npos);
  RawClient client(server.port());
  for (int i = 0; i < 2; ++i) {
    client.send("GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n");
    CHECK_THAT(client.read_response(), ContainsSubstring("Connection: keep-alive\r\n"));
  }
}

TEST_CASE("a response is sent as given, except for framing headers and response splitting") {
  Response response{299,
                    "Fine",
                    {{"X-a", "1"},
                     {"X-A", ""},
                     {"Content-Length", "99"},
                     {"transfer-encoding", "x"},
                     {"X-Bad", "a\r\nSet-Cookie: b"},
                     {"Bad Name", "x"}},
                    all_bytes()};
  RunningServer server({}, [&](const Incoming&, const Responder& respond) { respond(response); });
  RawClient client(server.port());
  client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
  CHECK(client.read_response() ==
        "HTTP/1.1 299 Fine\r\nX-a: 1\r\nX-A: \r\nContent-Length: 256\r\n\r\n" + all_bytes());
  client.send("HEAD / HTTP/1.1\r\nHost: x\r\n\r\n");
  CHECK_THAT(client.read_response(false), ContainsSubstring("Content-Length: 256\r\n\r\n"));
  response = {204, "a\r\nb", {}, "dropped"};
  client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
  CHECK(client.read_response() == "HTTP/1.1 204 No Content\r\n\r\n");
  response = {404, "", {}, ""};
  client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
  CHECK(client.read_response() == "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n");
}

TEST_CASE("a body of many megabytes is transferred in both directions") {
  const std::string body = [] {
    std::string bytes;
    for (unsigned i = 0; bytes.size() < 9'000'000; ++i) bytes += fmt::format("{},", i * 2654435761U);
    return bytes;
  }();
  RunningServer server({}, [](Incoming incoming, const Responder& respond) {
    respond({200, "", {}, std::move(incoming.request.body)});
  });
  RawClient client(server.port());
  client.send(post(body));
  const std::string response = client.read_response();
  CHECK(response.substr(response.find("\r\n\r\n") + 4) == body);
}

TEST_CASE("100 Continue is sent only if the client expects it and its body is acceptable") {
  RunningServer server({.max_body_bytes = 10});
  for (const char* spelling : {"100-continue", "100-Continue"}) {
    RawClient client(server.port());
    client.send(
        fmt::format("POST / HTTP/1.1\r\nHost: x\r\nExpect: {}\r\nContent-Length: 10\r\n\r\n", spelling));
    CHECK(client.read_response() == "HTTP/1.1 100 Continue\r\n\r\n");
    client.send("0123456789");
    CHECK(status_of(client.read_response()) == "HTTP/1.1 200");
  }
  RawClient eager(server.port());
  eager.send("POST / HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\nab");
  CHECK(status_of(eager.read_response()) == "HTTP/1.1 200");
  RawClient greedy(server.port());
  greedy.send("POST / HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 11\r\n\r\n");
  CHECK(status_of(greedy.read_response()) == "HTTP/1.1 413");
}

TEST_CASE("a body may be as large as the limit and not a byte larger") {
  RunningServer server({.max_body_bytes = 100});
  for (const std::size_t size : {99U, 100U, 101U}) {
    const std::string expected = size <= 100 ? "HTTP/1.1 200" : "HTTP/1.1 413";
    const std::string body(size, 'x');
    CHECK(status_of(answer_to(server, post(body))) == expected);
    CHECK(status_of(answer_to(server, chunked(fmt::format("{:x}\r\n{}\r\n0\r\n\r\n", size, body)))) ==
          expected);
    std::string single_bytes;
    for (std::size_t i = 0; i < size; ++i) single_bytes += "1\r\nx\r\n";
    CHECK(status_of(answer_to(server, chunked(single_bytes + "0\r\n\r\n"))) == expected);
  }
  CHECK(server.rejection(0).reason == "body larger than 100 bytes");
  CHECK(serves(server));
}

TEST_CASE("a client that sends far too much can still read why it was rejected") {
  RunningServer server({.max_body_bytes = 1000});
  RawClient client(server.port());
  const std::string body(20'000'000, 'x');
  client.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 20000000\r\n\r\n");
  CHECK(client.send(body));
  client.end_sending();
  const std::string response = client.read_all();
  CHECK(status_of(response) == "HTTP/1.1 413");
  CHECK_THAT(response, ContainsSubstring("Connection: close\r\n"));
  CHECK_THAT(response, ContainsSubstring("\r\n\r\nbody larger than 1000 bytes\n"));
  CHECK(serves(server));
}

TEST_CASE("a header may be as large as the limit and not a byte larger, however it is split") {
  RunningServer server({.max_header_bytes = 1000});
  const auto request = [](std::size_t size) {
    const std::string start = "GET / HTTP/1.1\r\nHost: x\r\nX: ";
    return start + std::string(size - start.size() - 4, 'x') + "\r\n\r\n";
  };
  for (const std::size_t size : {999U, 1000U, 1001U}) {
    const std::string expected = size <= 1000 ? "HTTP/1.1 200" : "HTTP/1.1 431";
    CHECK(status_of(answer_to(server, request(size))) == expected);
    RawClient client(server.port());
    for (const char c : request(size))
      if (!client.send({&c, 1})) break;
    CHECK(status_of(client.read_response()) == expected);
  }
  CHECK(status_of(answer_to(server, "GET /" + std::string(100'000, 'x'))) == "HTTP/1.1 431");
  CHECK(status_of(answer_to(server, chunked("1;" + std::string(5000, 'x')))) == "HTTP/1.1 431");
  CHECK(status_of(answer_to(server, chunked("0\r\nX: " + std::string(5000, 'x')))) == "HTTP/1.1 431");
  CHECK(server.rejection(0).reason == "header larger than 1000 bytes");
  CHECK(serves(server));
}

TEST_CASE("what looks like another protocol, and a body of two lengths, are named") {
  RunningServer server;
  // The first bytes of a TLS 1.3 ClientHello, as RFC 8446 lays it out.
  CHECK(status_of(answer_to(server, std::string("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 11))) ==
        "HTTP/1.1 400");
  CHECK_THAT(server.rejection(0).reason,
             ContainsSubstring("a TLS handshake, but this port speaks plain HTTP"));
  const std::string length = "Content-Length: 2\r\n", coding = "Transfer-Encoding: chunked\r\n";
  for (const std::string& fields : {length + coding, coding + length}) {
    CHECK(status_of(answer_to(server, "POST / HTTP/1.1\r\nHost: x\r\n" + fields + "\r\n{}")) ==
          "HTTP/1.1 400");
  }
  for (const std::size_t number : {1U, 2U}) {
    CHECK(server.rejection(number).reason == "malformed request: both Content-Length and Transfer-Encoding");
  }
  CHECK(serves(server));
}

TEST_CASE("an incomplete request gets a 408 on timeout, a silent connection is closed") {
  RunningServer server({.request_timeout = 60ms});
  for (const std::string& start : {std::string("G"), std::string("GET / HTTP/1.1\r\nHost: x\r\nX: "),
                                   post("12345").substr(0, 55), chunked("5\r\nab")}) {
    RawClient client(server.port());
    client.send(start);
    CHECK(status_of(client.read_all()) == "HTTP/1.1 408");
  }
  CHECK(server.rejection(3).reason == "request not complete after 60 ms");
  RawClient silent(server.port());
  CHECK(silent.read_all().empty());
  CHECK(serves(server));
  CHECK(server.request_count() == 1);
}

TEST_CASE("dripping bytes doesn't extend the time a request may take") {
  RunningServer server({.request_timeout = 100ms});
  RawClient client(server.port());
  client.send("GET / HTTP/1.1\r\nHost: x\r\nX: ");
  std::atomic<bool> ended = false;
  std::thread drip([&] {
    while (!ended && client.send("x")) std::this_thread::sleep_for(1ms);
  });
  CHECK(status_of(client.read_response()) == "HTTP/1.1 408");
  ended = true;
  drip.join();
}

TEST_CASE("an idle kept-alive connection is closed") {
  RunningServer server({.idle_timeout = 30ms});
  RawClient client(server.port());
  client.send(post("x"));
  CHECK(status_of(client.read_response()) == "HTTP/1.1 200");
  CHECK(client.is_at_end());
}

TEST_CASE("a connection above the limit gets a 503, until another one ends") {
  RunningServer server({.max_connections = 2});
  auto first = std::make_unique<RawClient>(server.port());
  RawClient second(server.port());
  first->send(post("1"));
  first->read_response();
  second.send(post("2"));
  second.read_response();
  {
    RawClient third(server.port());
    third.send(post("3"));
    third.end_sending();
    CHECK(status_of(third.read_all()) == "HTTP/1.1 503");
  }
  CHECK(server.rejection(0).reason == "more than 2 connections");
  second.send(post("4"));
  CHECK(status_of(second.read_response()) == "HTTP/1.1 200");
  first->send("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  first->read_all();
  CHECK(serves(server));
}

TEST_CASE(
    "requests that two parsers could interpret differently are rejected, and the next connection is served") {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"length and chunks",
       "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"},
      {"chunks and length",
       "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n"},
      {"two lengths", "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab"},
      {"the same length twice",
       "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\na"},
      {"a list of lengths", "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1, 1\r\n\r\na"},
      {"a word as length", "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: abc\r\n\r\n"},
      {"a negative length", "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n"},
      {"a length with a plus", "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: +1\r\n\r\na"},
      {"a hexadecimal length", "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 0x1\r\n\r\na"},
      {"a length with a fraction", "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1.0\r\n\r\na"},
      {"a length in two words", "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1 1\r\n\r\n01234567890"},
      {"no length at all", "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: \r\n\r\n"},
      {"a length beyond 64 bits",
       "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 18446744073709551617\r\n\r\na"},
      {"another transfer coding", "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip\r\n\r\n"},
      {"chunked is not the last coding",
       "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n"},
      {"chunked twice",
       "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: "
       "chunked\r\n\r\n0\r\n\r\n"},
      {"quoted chunked", "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: \"chunked\"\r\n\r\n0\r\n\r\n"},
      {"empty coding", "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding:\r\n\r\n0\r\n\r\n"},
      {"chunks in HTTP/1.0", "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"},
      {"a negative chunk", chunked("-2\r\nab\r\n0\r\n\r\n")},
      {"a chunk of no number", chunked("zz\r\nab\r\n0\r\n\r\n")},
      {"a chunk with 0x", chunked("0x1\r\na\r\n0\r\n\r\n")},
      {"a blank before a chunk size", chunked(" 1\r\na\r\n0\r\n\r\n")},
      {"a blank after a chunk size", chunked("1 \r\na\r\n0\r\n\r\n")},
      {"a chunk beyond 64 bits", chunked("10000000000000001\r\na\r\n0\r\n\r\n")},
      {"a chunk longer than it says", chunked("1\r\nabc\r\n0\r\n\r\n")},
      {"a chunk line that ends with LF", chunked("1\na\r\n0\r\n\r\n")},
      {"LF inside a quoted extension", chunked("1;a=\"\n\"\r\na\r\n0\r\n\r\n")},
      {"a length among the trailers", chunked("0\r\nContent-Length: 1\r\n\r\n")},
      {"an encoding among the trailers", chunked("0\r\nTransfer-Encoding: chunked\r\n\r\n")},
      {"a blank before the colon", "GET / HTTP/1.1\r\nHost: x\r\nA : x\r\n\r\n"},
      {"no colon", "GET / HTTP/1.1\r\nHost: x\r\nHost\r\n\r\n"},
      {"no name", "GET / HTTP/1.1\r\nHost: x\r\n: x\r\n\r\n"},
      {"a bracket in a name", "GET / HTTP/1.1\r\nHost: x\r\nA(b): x\r\n\r\n"},
      {"a byte above 127 in a name", "GET / HTTP/1.1\r\nHost: x\r\nA\xe9: x\r\n\r\n"},
      {"a folded line", "GET / HTTP/1.1\r\nHost: x\r\nA: x\r\n y\r\n\r\n"},
      {"a blank before the first name", "GET / HTTP/1.1\r\nHost: x\r\n A: x\r\n\r\n"},
      {"two hosts", "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n"},
      {"LF only", "GET / HTTP/1.1\nHost: x\n\n"},
      {"LF after a header", "GET / HTTP/1.1\r\nHost: x\n\r\n"},
      {"CR only", "GET / HTTP/1.1\rHost: x\r\r"},
      {"CR inside a value", "GET / HTTP/1.1\r\nHost: x\r\nA: x\ry\r\n\r\n"},
      {"NUL inside a value", std::string("GET / HTTP/1.1\r\nHost: x\r\nA: x\0y\r\n\r\n", 35)},
      {"an escape inside a value", "GET / HTTP/1.1\r\nHost: x\r\nA: \x1b[2J\r\n\r\n"},
      {"a blank in the target", "GET /a b HTTP/1.1\r\nHost: x\r\n\r\n"},
      {"two blanks", "GET  / HTTP/1.1\r\nHost: x\r\n\r\n"},
      {"no target", "GET HTTP/1.1\r\nHost: x\r\n\r\n"},
      {"no version", "GET /\r\n\r\n"},
      {"a version in lower case", "GET / http/1.1\r\n\r\n"},
      {"a blank after the version", "GET / HTTP/1.1 \r\n\r\n"},
      {"a bracket in the method", "G(T / HTTP/1.1\r\nHost: x\r\n\r\n"},
      {"no method", " / HTTP/1.1\r\nHost: x\r\n\r\n"},
      {"two empty lines first", "\r\n\r\nGET / HTTP/1.1\r\nHost: x\r\n\r\n"},
      {"TLS", std::string("\x16\x03\x01\x02\x00\x01\x00", 7)},
      {"half a header", "GET / HTTP/1.1\r\nHost: x\r\nHost"},
      {"half a body", post("12345").substr(0, post("12345").size() - 1)},
      {"half a chunk", chunked("5\r\nab")},
  };
  RunningServer server;
  std::size_t rejections = 0;
  for (const auto& [name, bytes] : cases) {
    INFO(name);
    CHECK(status_of(answer_to(server, bytes)) == "HTTP/1.1 400");
    CHECK_THAT(server.rejection(rejections).reason, !ContainsSubstring("\n") && !ContainsSubstring("\x1b"));
    CHECK(server.rejection(rejections).status == 400);
    // One byte at a time must have the same result.
    {
      RawClient client(server.port());
      for (const char c : bytes)
        if (!client.send({&c, 1})) break;
      client.end_sending();
      CHECK(status_of(client.read_all()) == "HTTP/1.1 400");
    }
    rejections += 2;
    CHECK(server.rejection(rejections - 1).status == 400);
    CHECK(serves(server));
  }
}

TEST_CASE("another version of HTTP gets 505, another transfer coding 501") {
  RunningServer server;
  for (const char* bytes :
       {"GET / HTTP/0.9\r\n\r\n", "GET / HTTP/1.2\r\nHost: x\r\n\r\n", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"}) {
    INFO(bytes);
    CHECK(status_of(answer_to(server, bytes)) == "HTTP/1.1 505");
  }
  CHECK(status_of(answer_to(
            server, "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n")) ==
        "HTTP/1.1 501");
  CHECK(serves(server));
}

TEST_CASE(
    "incomplete requests of all connections share a limit, and others are served again once they are gone") {
  RunningServer server({.max_unfinished_bytes = 300'000});
  const std::string unfinished = post(std::string(90'000, 'x'));
  std::list<RawClient> clients;
  for (int i = 0; i < 3; ++i)
    clients.emplace_back(server.port()).send(unfinished.substr(0, unfinished.size() - 1));
  RawClient fourth(server.port());
  fourth.send(unfinished.substr(0, unfinished.size() - 1));
  const std::string response = fourth.read_response();
  CHECK(status_of(response) == "HTTP/1.1 503");
  CHECK_THAT(response, ContainsSubstring("Retry-After: 1\r\n"));
  CHECK_THAT(server.rejection(0).reason, ContainsSubstring("unfinished"));
  CHECK(serves(server));  // a small request still fits
  for (RawClient& client : clients) {
    client.send("x");
    CHECK(status_of(client.read_response()) == "HTTP/1.1 200");
  }
  // The completed ones and the rejected one no longer count.
  clients.clear();
  for (int i = 0; i < 3; ++i)
    clients.emplace_back(server.port()).send(unfinished.substr(0, unfinished.size() - 1));
  for (RawClient& client : clients) {
    client.send("x");
    CHECK(status_of(client.read_response()) == "HTTP/1.1 200");
  }
}

TEST_CASE("the response to HEAD without a body has the Content-Length that the handler sets") {
  const auto respond_with = [](Headers headers, std::string body) {
    return [headers, body](const Incoming&, const Responder& respond) { respond({200, "", headers, body}); };
  };
  const auto head_of = [](RunningServer& server) {
    RawClient client(server.port());
    client.send("HEAD / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    return client.read_all();
  };
  RunningServer target({}, respond_with({{"content-length", "1234"}}, ""));
  CHECK(head_of(target) == "HTTP/1.1 200 OK\r\nContent-Length: 1234\r\nConnection: close\r\n\r\n");
  RunningServer own({}, respond_with({{"Content-Length", "7"}}, "ok"));
  CHECK(head_of(own) == "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\n");
  RunningServer invalid({}, respond_with({{"Content-Length", "1 2"}}, ""));
  CHECK(head_of(invalid) == "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n");
}

TEST_CASE("a server knows the URLs that lead to it") {
  RunningServer server;
  const auto url = [&](const std::string& host) {
    return parse_url(fmt::format("http://{}:{}/", host, server.port()));
  };
  CHECK(server.server().is_reached_by(url("127.0.0.1")));
  CHECK(server.server().is_reached_by(url("localhost")));
  CHECK_FALSE(server.server().is_reached_by(url("127.0.0.2")));
  CHECK_FALSE(server.server().is_reached_by(url("192.0.2.1")));
  RunningServer everywhere({.host = "0.0.0.0"});
  const auto at = [&](const std::string& host) {
    return parse_url(fmt::format("http://{}:{}/", host, everywhere.port()));
  };
  CHECK(everywhere.server().is_reached_by(at("127.0.0.1")));
  CHECK_FALSE(everywhere.server().is_reached_by(at("192.0.2.1")));
  CHECK_FALSE(everywhere.server().is_reached_by(url("127.0.0.1")));  // another port
}

TEST_CASE("nothing after a rejected request is parsed as another request") {
  RunningServer server;
  CHECK(status_of(answer_to(server, "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: x\r\n\r\n" +
                                        post("smuggled"))) == "HTTP/1.1 400");
  CHECK(serves(server));
  CHECK(server.request_count() == 1);
}

TEST_CASE("a response may be sent later from another thread, while others are served") {
  Later later;
  RunningServer server({}, [&, first = true](const Incoming& incoming, Responder respond) mutable {
    if (std::exchange(first, false)) return later.handler()(incoming, std::move(respond));
    respond({200, "", {}, "at once"});
  });
  RawClient waiting(server.port());
  waiting.send(post("a") + post("b"));
  const Responder respond = later.take();
  CHECK(serves(server));
  respond({202, "", {}, "later"});
  respond({500, "", {}, "not twice"});
  CHECK_THAT(waiting.read_response(), ContainsSubstring("202 Accepted") && ContainsSubstring("later"));
  CHECK_THAT(waiting.read_response(), ContainsSubstring("at once"));
}

TEST_CASE("destroying a responder closes its connection, on any thread") {
  Later later;
  RunningServer server({}, [&](const Incoming& incoming, Responder respond) {
    if (incoming.request.target == "/later") later.handler()(incoming, std::move(respond));
  });
  CHECK(answer_to(server, "GET /now HTTP/1.1\r\nHost: x\r\n\r\n").empty());
  RawClient client(server.port());
  client.send("GET /later HTTP/1.1\r\nHost: x\r\n\r\n");
  { const Responder dropped = later.take(); }
  later.future = {};
  later.promise = {};
  CHECK(client.is_at_end());
}

TEST_CASE("a responder may outlive its connection and its server") {
  Responder left;
  {
    Later later;
    RunningServer server({}, later.handler());
    RawClient client(server.port());
    client.send(post("x"));
    left = later.take();
  }
  left({200, "", {}, "nobody hears this"});
}

TEST_CASE("many threads may respond concurrently") {
  std::mutex mutex;
  std::vector<std::thread> threads;
  RunningServer server({}, [&](Incoming incoming, Responder respond) {
    const std::lock_guard lock(mutex);
    threads.emplace_back([body = std::move(incoming.request.body), respond = std::move(respond)] {
      respond({200, "", {}, body});
    });
  });
  std::list<RawClient> clients;
  for (int i = 0; i < 20; ++i) clients.emplace_back(server.port());
  for (int round = 0; round < 10; ++round) {
    int i = 0;
    for (auto& client : clients) client.send(post(fmt::format("{}-{}", round, i++)));
    i = 0;
    for (auto& client : clients)
      CHECK_THAT(client.read_response(), ContainsSubstring(fmt::format("\n{}-{}", round, i++)));
  }
  const std::lock_guard lock(mutex);
  for (auto& thread : threads) thread.join();
}

TEST_CASE("stopping lets the request in flight finish and closes the rest") {
  Later later;
  RunningServer server({}, later.handler());
  RawClient idle(server.port());
  RawClient busy(server.port());
  busy.send(post("x"));
  const Responder respond = later.take();
  server.server().stop(1h);
  CHECK(idle.is_at_end());
  CHECK_THROWS_WITH(RawClient(server.port()), ContainsSubstring("refused"));
  respond({200, "", {}, "done"});
  CHECK_THAT(busy.read_all(), ContainsSubstring("Connection: close\r\n") && ContainsSubstring("done"));
  server.join();
}

TEST_CASE("stopping lets a partly received request finish") {
  RunningServer server;
  RawClient idle(server.port());
  RawClient client(server.port());
  client.send("POST / HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\n");
  CHECK(client.read_response() == "HTTP/1.1 100 Continue\r\n\r\n");
  server.server().stop(1h);
  CHECK(idle.is_at_end());
  client.send("body");
  CHECK_THAT(client.read_all(), ContainsSubstring("200 OK"));
  server.join();
}

TEST_CASE("a second stop, or one without a grace period, doesn't wait") {
  for (const bool twice : {true, false}) {
    Later later;
    RunningServer server({}, later.handler());
    RawClient client(server.port());
    client.send(post("x"));
    const Responder respond = later.take();
    if (twice) server.server().stop(1h);
    server.server().stop(0ms);
    server.join();
    CHECK(client.is_at_end());
  }
}

TEST_CASE("a stop before run takes effect") {
  Server server({}, {}, {});
  server.stop(1h);
  server.run();
  CHECK_THROWS_WITH(RawClient(server.port()), ContainsSubstring("refused"));
}

TEST_CASE("a client that connected before the stop gets a response") {
  std::promise<void> entered;
  std::promise<void> leave;
  RunningServer server({}, [&, first = true](const Incoming&, const Responder& respond) mutable {
    if (std::exchange(first, false)) {
      entered.set_value();
      leave.get_future().wait();
    }
    respond({200, "", {}, "ok"});
  });
  RawClient known(server.port());
  known.send(post("1"));
  entered.get_future().wait();
  std::list<RawClient> queued;
  for (int i = 0; i < 10; ++i) queued.emplace_back(server.port()).send(post("2"));
  server.server().stop(1h);
  leave.set_value();
  for (auto& client : queued) CHECK(status_of(client.read_all()) == "HTTP/1.1 200");
}

TEST_CASE("a port in use is an error that says what to do") {
  RunningServer server;
  try {
    Server second({.port = server.port()}, {}, {});
    FAIL("bound twice");
  } catch (const Error& error) {
    CHECK(error.what() == fmt::format("port {} on \"127.0.0.1\" is already in use", server.port()));
    CHECK_THAT(error.hint(), ContainsSubstring("--port"));
  }
}

TEST_CASE("a non-local address is an error") {
  CHECK_THROWS_AS(Server({.host = "no-such-host.invalid"}, {}, {}), Error);
  CHECK_THROWS_AS(Server({.host = "192.0.2.1"}, {}, {}), Error);
  CHECK_THROWS_AS(Server({.host = ""}, {}, {}), Error);
}

TEST_CASE("the address of a client and of the server are displayed in their common notation") {
  RunningServer server;
  RawClient client(server.port());
  client.send(post("x"));
  CHECK_THAT(server.request(0).remote, Catch::Matchers::StartsWith("127.0.0.1:"));
  CHECK(server.server().url() == fmt::format("http://127.0.0.1:{}/", server.port()));
}

TEST_CASE("IPv6 works, and :: accepts IPv4, too") {
  if (!has_ipv6()) return;
  {
    RunningServer server({.host = "::1"});
    RawClient client(server.port(), "::1");
    client.send(post("x"));
    CHECK_THAT(server.request(0).remote, Catch::Matchers::StartsWith("[::1]:"));
    CHECK(server.server().url() == fmt::format("http://[::1]:{}/", server.port()));
  }
  RunningServer server({.host = "::"});
  CHECK(serves(server));
  CHECK_THAT(server.request(0).remote, Catch::Matchers::StartsWith("127.0.0.1:"));
}

TEST_CASE("a server on localhost is reached by IPv4 and by IPv6, at the same port") {
  if (!has_ipv6()) return;
  RunningServer server({.host = "localhost"});
  CHECK(server.server().url() == fmt::format("http://localhost:{}/", server.port()));
  for (const std::string host : {"127.0.0.1", "::1"}) {
    CAPTURE(host);
    RawClient client(server.port(), host);
    client.send(post("x"));
    CHECK(status_of(client.read_response()) == "HTTP/1.1 200");
  }
  CHECK(server.server().is_reached_by(parse_url(fmt::format("http://127.0.0.1:{}/", server.port()))));
  CHECK(server.server().is_reached_by(parse_url(fmt::format("http://[::1]:{}/", server.port()))));
  CHECK_FALSE(server.server().is_reached_by(parse_url(fmt::format("http://127.0.0.2:{}/", server.port()))));
}

TEST_CASE("a port of localhost that is in use on one of its addresses is an error") {
  if (!has_ipv6()) return;
  for (const std::string host : {"127.0.0.1", "::1"}) {
    CAPTURE(host);
    RunningServer other({.host = host});
    CHECK_THROWS_WITH(Server({.host = "localhost", .port = other.port()}, {}, {}),
                      fmt::format("port {} on \"localhost\" is already in use", other.port()));
  }
}

TEST_CASE("a socket file serves only its owner, and is removed with the server") {
  const Folder folder;
  const std::string path = folder.path / "a.sock";
  {
    RunningServer server({.unix_path = path});
    RawClient client(path);
    client.send(post("x"));
    CHECK(status_of(client.read_response()) == "HTTP/1.1 200");
    CHECK(server.request(0).remote == "unix");
    CHECK(server.server().url() == "unix:" + path);
    CHECK(server.port() == 0);
    struct stat status {};
    REQUIRE(stat(path.c_str(), &status) == 0);
    CHECK((status.st_mode & 0777) == 0600);
    CHECK_THROWS_WITH(Server({.unix_path = path}, {}, {}), ContainsSubstring("already in use"));
    client.send(post("still there"));
    CHECK(status_of(client.read_response()) == "HTTP/1.1 200");
  }
  CHECK_FALSE(std::filesystem::exists(path));
}

TEST_CASE("a server doesn't remove the socket file of another one that replaced it") {
  const Folder folder;
  const std::string path = (folder.path / "a.sock").string();
  auto first = std::make_unique<RunningServer>(ServerOptions{.unix_path = path});
  std::filesystem::remove(path);
  RunningServer second({.unix_path = path});
  first.reset();
  CHECK(std::filesystem::exists(path));
  RawClient client(path);
  client.send(post("x"));
  CHECK(status_of(client.read_response()) == "HTTP/1.1 200");
}

TEST_CASE("a socket file of a dead process is replaced, any other file is left alone") {
  const Folder folder;
  const std::string path = folder.path / "a.sock";
  {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path, path.data(), path.size());
    const int dead = socket(AF_UNIX, SOCK_STREAM, 0);
    REQUIRE(bind(dead, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);
    close(dead);
  }
  {
    RunningServer server({.unix_path = path});
    RawClient client(path);
    client.send(post("x"));
    CHECK(status_of(client.read_response()) == "HTTP/1.1 200");
  }
  const std::string file = folder.path / "notes.txt";
  close(open(file.c_str(), O_CREAT | O_WRONLY, 0600));
  CHECK_THROWS_WITH(Server({.unix_path = file}, {}, {}), ContainsSubstring("not a socket"));
  CHECK(std::filesystem::exists(file));
  CHECK_THROWS_AS(Server({.unix_path = folder.path / "none" / "a.sock"}, {}, {}), Error);
  CHECK_THROWS_WITH(Server({.unix_path = std::string(200, 'x')}, {}, {}), ContainsSubstring("too long"));
}

TEST_CASE("500 idle and 50 slow connections delay no other request") {
  // Both ends are in this process, and the usual soft limit is 1024.
  constexpr rlim_t needed = 2000;
  rlimit limit{};
  REQUIRE(getrlimit(RLIMIT_NOFILE, &limit) == 0);
  limit.rlim_cur = std::max(limit.rlim_cur, needed);
  REQUIRE(setrlimit(RLIMIT_NOFILE, &limit) == 0);
  RunningServer server;
  std::list<RawClient> others;
  for (int i = 0; i < 400; ++i) others.emplace_back(server.port());
  for (int i = 0; i < 100; ++i) {
    others.emplace_back(server.port()).send(post("x"));
    others.back().read_response();
  }
  for (int i = 0; i < 50; ++i) others.emplace_back(server.port()).send("POST / HTTP/1.1\r\nHost: x\r\nX");
  CHECK(serves(server));
  for (auto& client : others) client.send("x");
  CHECK(serves(server));
}

TEST_CASE("running out of file descriptors is reported once and survived") {
  RunningServer server;
  RawClient client(server.port());
  client.send(post("x"));
  client.read_response();
  std::vector<int> hogs;
  for (int hog = 0; (hog = dup(client.descriptor())) >= 0;) hogs.push_back(hog);
  // Nothing is asserted while there are none left, because UBSan needs a descriptor to look up types.
  if (!hogs.empty()) close(hogs.back());
  if (!hogs.empty()) hogs.pop_back();
  {
    RawClient late(server.port());  // uses the last descriptor, so that the server can't accept
    const Rejection rejection = server.rejection(0);
    for (const int hog : hogs) close(hog);
    REQUIRE(!hogs.empty());
    CHECK(rejection.status == 0);
    CHECK_THAT(rejection.reason, ContainsSubstring("can't accept connections"));
    late.send(post("y"));
    CHECK(status_of(late.read_response()) == "HTTP/1.1 200");
  }
  CHECK(serves(server));
}

namespace {

/// Returns the response to `request` over TLS, or what went wrong.
std::string over_tls(std::uint16_t port, const std::string& request, const TlsIdentity& trusted,
                     int max_version = 0) {
  const std::unique_ptr<SSL_CTX, void (*)(SSL_CTX*)> context(SSL_CTX_new(TLS_client_method()), SSL_CTX_free);
  const std::unique_ptr<BIO, int (*)(BIO*)> bio(
      BIO_new_mem_buf(trusted.certificate_pem.data(), static_cast<int>(trusted.certificate_pem.size())),
      BIO_free);
  const std::unique_ptr<X509, void (*)(X509*)> certificate(
      PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr), X509_free);
  X509_STORE_add_cert(SSL_CTX_get_cert_store(context.get()), certificate.get());
  SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER, nullptr);
  SSL_CTX_set_max_proto_version(context.get(), max_version);
  if (max_version == TLS1_1_VERSION) SSL_CTX_set_cipher_list(context.get(), "ALL:@SECLEVEL=0");

  std::signal(SIGPIPE, SIG_IGN);  // SSL_write can't prevent the signal itself
  RawClient client(port);
  const std::unique_ptr<SSL, void (*)(SSL*)> ssl(SSL_new(context.get()), SSL_free);
  SSL_set_fd(ssl.get(), client.descriptor());
  SSL_set1_host(ssl.get(), "localhost");
  if (SSL_connect(ssl.get()) != 1) return "no handshake";
  SSL_write(ssl.get(), request.data(), static_cast<int>(request.size()));
  std::string response;
  char bytes[4096];
  for (int count = 0; (count = SSL_read(ssl.get(), bytes, sizeof bytes)) > 0;)
    response.append(bytes, static_cast<std::size_t>(count));
  if (SSL_get_error(ssl.get(), -1) == SSL_ERROR_SSL) return "truncated";
  if ((SSL_get_shutdown(ssl.get()) & SSL_RECEIVED_SHUTDOWN) == 0) response += "(cut)";
  SSL_shutdown(ssl.get());
  return response;
}

}  // namespace

TEST_CASE("TLS 1.2 and later serve the same bytes and close cleanly") {
  const TlsIdentity identity = make_self_signed("localhost");
  RunningServer server({.tls = identity});
  CHECK(server.server().url() == fmt::format("https://127.0.0.1:{}/", server.port()));
  const std::string body = all_bytes() + std::string(100'000, 'x');
  const std::string request = post("first") + post(body, "Connection: close\r\n");
  const std::string expected =
      "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nokHTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: "
      "close\r\n\r\nok";
  CHECK(over_tls(server.port(), request, identity) == expected);
  CHECK(over_tls(server.port(), request, identity, TLS1_2_VERSION) == expected);
  CHECK(server.request(1).request.body == body);
  CHECK(server.request(3).request.body == body);
  CHECK(over_tls(server.port(), request, identity, TLS1_1_VERSION) == "no handshake");
}

TEST_CASE("plain HTTP on a TLS port is reported, and others are served") {
  const TlsIdentity identity = make_self_signed("localhost");
  RunningServer server({.request_timeout = 200ms, .tls = identity});
  RawClient plain(server.port());
  plain.send(post("x"));
  plain.read_all();
  CHECK(server.rejection(0).status == 0);
  CHECK_THAT(server.rejection(0).reason,
             ContainsSubstring("TLS handshake failed: the client speaks plain HTTP"));
  RawClient silent(server.port());
  CHECK(silent.is_at_end());
  CHECK_THAT(over_tls(server.port(), "GET / HTTP/1.1\r\nHost: x\r\nX", identity),
             ContainsSubstring("HTTP/1.1 408"));
  CHECK_THAT(
      over_tls(server.port(),
               "POST / HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 1\r\n\r\n", identity),
      ContainsSubstring("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 408"));
}

TEST_CASE("each failed handshake is reported, even if the client ends it or takes too long") {
  const TlsIdentity identity = make_self_signed("localhost");
  RunningServer server({.request_timeout = 200ms, .tls = identity});
  {
    RawClient client(server.port());
    client.end_sending();
    client.read_all();
  }
  CHECK(server.rejection(0).reason == "TLS handshake failed: the client closed the connection");
  RawClient silent(server.port());
  CHECK(silent.is_at_end());
  CHECK(server.rejection(1).reason == "TLS handshake failed: it took too long");
}

TEST_CASE("over TLS, a client that sends too much can still read why it was rejected") {
  const TlsIdentity identity = make_self_signed("localhost");
  RunningServer server({.max_body_bytes = 1000, .tls = identity});
  const std::string response = over_tls(server.port(), post(std::string(3'000'000, 'x')), identity);
  CHECK(status_of(response) == "HTTP/1.1 413");
  CHECK_THAT(response, !ContainsSubstring("(cut)"));
}

TEST_CASE("a TLS identity that can't be used is an error") {
  const TlsIdentity one = make_self_signed("localhost");
  const TlsIdentity other = make_self_signed("localhost");
  CHECK_THROWS_WITH(Server({.tls = TlsIdentity{"nonsense", one.key_pem}}, {}, {}),
                    ContainsSubstring("certificate"));
  CHECK_THROWS_WITH(Server({.tls = TlsIdentity{one.certificate_pem, "nonsense"}}, {}, {}),
                    ContainsSubstring("key"));
  CHECK_THROWS_WITH(Server({.tls = TlsIdentity{one.certificate_pem, other.key_pem}}, {}, {}),
                    ContainsSubstring("key"));
}

TEST_CASE("a TLS key of a different type than the certificate's is an error at startup") {
  const TlsIdentity elliptic = make_self_signed("localhost");
  EVP_PKEY* key = EVP_RSA_gen(2048);
  REQUIRE(key != nullptr);
  BIO* bio = BIO_new(BIO_s_mem());
  PEM_write_bio_PrivateKey(bio, key, nullptr, nullptr, 0, nullptr, nullptr);
  char* pem = nullptr;
  const long size = BIO_get_mem_data(bio, &pem);
  const TlsIdentity mixed{elliptic.certificate_pem, std::string(pem, static_cast<std::size_t>(size))};
  BIO_free(bio);
  EVP_PKEY_free(key);
  CHECK_THROWS_WITH(Server({.tls = mixed}, {}, {}), "the TLS key does not belong to the TLS certificate");
}
