#include "http/client/client.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <atomic>
#include <filesystem>
#include <functional>
#include <mutex>
#include <thread>

#include "base/error.h"
#include "support/catch.hpp"

using namespace alohook;
using namespace std::chrono_literals;

namespace {

/// The server side of a connection.
class Peer {
 public:
  explicit Peer(int socket) : socket_(socket) {}

  /// Reads one request by its Content-Length; returns a partial one if the connection ends.
  std::string read_request() {
    std::string text;
    std::size_t missing = 1;
    while (missing > 0) {
      char bytes[65536];
      const auto count = recv(socket_, bytes, std::min(missing, sizeof bytes), 0);
      if (count <= 0) return text;
      text.append(bytes, static_cast<std::size_t>(count));
      const auto head = text.find("\r\n\r\n");
      if (head == std::string::npos) continue;
      const auto at = text.find("Content-Length: ");
      const auto length = at < head ? std::stoul(text.substr(at + 16)) : 0;
      missing = head + 4 + length - text.size();
    }
    return text;
  }
  bool send(std::string_view bytes) {
    while (!bytes.empty()) {
      const auto count = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (count <= 0) return false;
      bytes.remove_prefix(static_cast<std::size_t>(count));
    }
    return true;
  }
  /// Waits until the client closes the connection. Discards what it sends until then.
  void await_end() {
    char bytes[65536];
    while (recv(socket_, bytes, sizeof bytes, 0) > 0) {
    }
  }
  /// Makes the connection end with a reset instead of closing normally.
  void reset() {
    const linger now{.l_onoff = 1, .l_linger = 0};
    setsockopt(socket_, SOL_SOCKET, SO_LINGER, &now, sizeof now);
  }

 private:
  int socket_;
};

/// A server on 127.0.0.1 or on a socket file that follows a script for each connection, one at a time.
class ScriptedServer {
 public:
  using Script = std::function<void(Peer&, int connection)>;

  explicit ScriptedServer(Script script, const std::string& unix_path = {})
      : script_(std::move(script)), listener_(socket(unix_path.empty() ? AF_INET : AF_UNIX, SOCK_STREAM, 0)) {
    sockaddr_in internet{};
    internet.sin_family = AF_INET;
    internet.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    sockaddr_un local{};
    local.sun_family = AF_UNIX;
    unix_path.copy(local.sun_path, sizeof local.sun_path - 1);
    const bool is_unix = !unix_path.empty();
    const auto* address =
        is_unix ? reinterpret_cast<sockaddr*>(&local) : reinterpret_cast<sockaddr*>(&internet);
    REQUIRE(bind(listener_, address, is_unix ? sizeof local : sizeof internet) == 0);
    REQUIRE(listen(listener_, 64) == 0);
    socklen_t size = sizeof internet;
    if (!is_unix) getsockname(listener_, reinterpret_cast<sockaddr*>(&internet), &size);
    port_ = ntohs(internet.sin_port);
    thread_ = std::thread([this] { run(); });
  }
  ~ScriptedServer() {
    stop_ = true;
    shutdown(listener_, SHUT_RDWR);
    {
      const std::lock_guard lock(mutex_);
      if (current_ >= 0) shutdown(current_, SHUT_RDWR);
    }
    thread_.join();
    close(listener_);
  }

  std::string url(std::string_view target = "/", std::string_view scheme = "http") const {
    return fmt::format("{}://127.0.0.1:{}{}", scheme, port_, target);
  }
  std::uint16_t port() const { return port_; }
  int connections() const { return connections_; }

 private:
  void run() {
    while (!stop_) {
      const int accepted = accept(listener_, nullptr, nullptr);
      if (accepted < 0) continue;
      {
        const std::lock_guard lock(mutex_);
        current_ = accepted;
      }
      Peer peer(accepted);
      script_(peer, connections_++);
      const std::lock_guard lock(mutex_);
      current_ = -1;
      close(accepted);
    }
  }

  Script script_;
  int listener_;
  std::uint16_t port_ = 0;
  std::atomic<bool> stop_ = false;
  std::atomic<int> connections_ = 0;
  std::mutex mutex_;
  int current_ = -1;
  std::thread thread_;
};

/// Returns a script that reads a request, sends these bytes, and closes the connection.
ScriptedServer::Script answering(std::string bytes) {
  return [bytes = std::move(bytes)](Peer& peer, int) {
    peer.read_request();
    peer.send(bytes);
  };
}

/// Like `reply`, but the connection stays open until the client closes it.
ScriptedServer::Script answering_open(std::string bytes) {
  return [bytes = std::move(bytes)](Peer& peer, int) {
    peer.read_request();
    peer.send(bytes);
    peer.await_end();
  };
}

/// Returns a script that keeps sending something after a request for as long as the client reads.
ScriptedServer::Script endless(std::string start, std::string again) {
  return [start = std::move(start), again = std::move(again)](Peer& peer, int) {
    peer.read_request();
    peer.send(start);
    while (peer.send(again)) {
    }
  };
}

ClientOptions quick() { return {.timeout = 60s}; }

Exchange exchange(const ScriptedServer& server, const Request& request = {},
                  ClientOptions options = quick()) {
  return Client(parse_url(server.url()), std::move(options)).send(request);
}

Exchange exchange(ScriptedServer::Script script, const Request& request = {},
                  ClientOptions options = quick()) {
  const ScriptedServer server(std::move(script));
  return exchange(server, request, std::move(options));
}

void check_refused(const Exchange& exchange, SendError::Kind kind, const std::string& detail) {
  CHECK_FALSE(exchange.response);
  CHECK(static_cast<int>(exchange.error.kind) == static_cast<int>(kind));
  CHECK_THAT(exchange.error.detail, ContainsSubstring(detail));
}

const std::string ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

std::string all_bytes() {
  std::string bytes;
  for (int i = 0; i < 256; ++i) bytes += static_cast<char>(i);
  return bytes;
}

}  // namespace

TEST_CASE("a response is returned with its exact headers and body") {
  const auto result =
      exchange(answering_open("HTTP/1.1 201 Made \xe9 it\r\nX-b: a%20b%0d%0a\r\nx-A:\r\nX-b:  2 \t\r\n"
                              "Content-Encoding: gzip\r\nContent-Length: 256\r\n\r\n" +
                              all_bytes()));
  REQUIRE(result.response);
  CHECK(result.response->status == 201);
  CHECK(result.response->reason == "Made \xe9 it");
  CHECK(result.response->headers == Headers{{"X-b", "a%20b%0d%0a"},
                                            {"x-A", ""},
                                            {"X-b", "2"},
                                            {"Content-Encoding", "gzip"},
                                            {"Content-Length", "256"}});
  CHECK(result.response->body == all_bytes());
  CHECK(result.elapsed > 0us);
  CHECK(result.error.detail.empty());
}

TEST_CASE("a body ends by length, by its last chunk, or with the connection") {
  struct Row {
    std::string bytes, body;
  };
  const Row rows[] = {
      {"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc", "abc"},
      {"HTTP/1.1 200 OK\r\nContent-Length: 3, 3\r\nContent-Length: 3\r\n\r\nabc", "abc"},
      {"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", ""},
      {"HTTP/1.1 200\r\nContent-Length: 3\r\n\r\nabc", "abc"},
      {"HTTP/1.1 200 \r\nContent-Length: 3\r\n\r\nabc", "abc"},
      {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0A\r\n0123456789\r\n0\r\n\r\n",
       "abc0123456789"},
      {"HTTP/1.1 200 OK\r\ntransfer-encoding: Chunked\r\n\r\n1;x=y\r\na\r\n2 \r\nbc\r\n000\r\nTrailer: "
       "1\r\nT: 2\r\n\r\n",
       "abc"},
      {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", ""},
      {"HTTP/1.1 200 OK\r\n\r\nabc", "abc"},
      {"HTTP/1.0 200 OK\r\n\r\n", ""},
      {"HTTP/1.0 200 OK\r\nConnection: close\r\n\r\n0\r\n\r\n", "0\r\n\r\n"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.bytes);
    const auto result = exchange(answering(row.bytes));
    CHECK(result.error.detail.empty());
    REQUIRE(result.response);
    CHECK(result.response->body == row.body);
  }
}

TEST_CASE("responses without a body are complete after their headers") {
  for (const auto* head :
       {"HTTP/1.1 204 No Content\r\nX: y\r\n\r\n", "HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n",
        "HTTP/1.1 304 Not Modified\r\n\r\n", "HTTP/1.1 101 Switching Protocols\r\n\r\n"}) {
    CAPTURE(head);
    CHECK(exchange(answering_open(head)).response);
  }
  const auto result =
      exchange(answering_open("HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n"), {.method = "HEAD"});
  REQUIRE(result.response);
  CHECK(result.response->body.empty());
  CHECK(header_value(result.response->headers, "content-length") == "500");
}

TEST_CASE("interim responses are skipped") {
  const auto result =
      exchange(answering_open("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n"
                              "HTTP/1.1 102 Processing\r\n\r\n" +
                              ok));
  REQUIRE(result.response);
  CHECK(result.response->status == 200);
  CHECK(result.response->body == "ok");
  CHECK(result.response->headers == Headers{{"Content-Length", "2"}});
}

TEST_CASE("a redirect is returned and not followed") {
  const ScriptedServer server([](Peer& peer, int) {
    peer.read_request();
    peer.send("HTTP/1.1 302 Found\r\nLocation: http://h:99999999999999/\r\nContent-Length: 0\r\n\r\n");
    peer.await_end();
  });
  const auto result = exchange(server);
  REQUIRE(result.response);
  CHECK(result.response->status == 302);
  CHECK(header_value(result.response->headers, "Location") == "http://h:99999999999999/");
  CHECK(server.connections() == 1);
}

TEST_CASE("a long reason phrase is preserved or rejected, and never causes a crash") {
  const auto with_reason = [](std::size_t size) {
    return exchange(
        answering_open("HTTP/1.1 200 " + std::string(size, 'x') + "\r\nContent-Length: 0\r\n\r\n"));
  };
  const auto kept = with_reason(8000);
  REQUIRE(kept.response);
  CHECK(kept.response->reason.size() == 8000);
  check_refused(with_reason(30'000), SendError::Kind::not_http, "the status line is longer than 8 KiB");
  check_refused(with_reason(1 << 20), SendError::Kind::not_http, "the status line is longer than 8 KiB");
}

TEST_CASE("an endless response is aborted at a limit, which the error names") {
  const std::string head = "HTTP/1.1 200 OK\r\n";
  const std::string headers_too_long = "the response's headers are longer than 64 KiB";
  check_refused(exchange(endless("HTTP/1.1 200 ", std::string(5000, 'x'))), SendError::Kind::not_http,
                "the status line is longer than 8 KiB");
  check_refused(exchange(endless(head + "X: ", std::string(5000, 'x'))), SendError::Kind::not_http,
                headers_too_long);
  check_refused(exchange(endless(head, "X: y\r\n")), SendError::Kind::not_http, headers_too_long);
  check_refused(exchange(endless("", "HTTP/1.1 103 Early Hints\r\n\r\n")), SendError::Kind::not_http,
                "more than 20 interim");
  check_refused(
      exchange(endless("", "HTTP/1.1 103 Early Hints\r\nX: " + std::string(9000, 'x') + "\r\n\r\n")),
      SendError::Kind::not_http, headers_too_long);

  const std::string body_too_long = "the response's body is longer than 1 MiB";
  const std::string chunked = head + "Transfer-Encoding: chunked\r\n\r\n";
  auto options = quick();
  options.max_body_bytes = 1 << 20;
  check_refused(exchange(endless(head + "\r\n", std::string(5000, 'x')), {}, options),
                SendError::Kind::not_http, body_too_long);
  check_refused(exchange(endless(chunked, "2\r\nab\r\n"), {}, options), SendError::Kind::not_http,
                body_too_long);
  check_refused(exchange(endless(chunked + "FFFFFFFFFFFFFFFF\r\n", "x"), {}, options),
                SendError::Kind::not_http, body_too_long);
  check_refused(exchange(endless(chunked + "1;", "x"), {}, options), SendError::Kind::not_http,
                "a size is too long");
  check_refused(exchange(endless(chunked + "0\r\n", "X: y\r\n"), {}, options), SendError::Kind::not_http,
                headers_too_long);
  check_refused(exchange(answering_open(head + "Content-Length: 1048577\r\n\r\n"), {}, options),
                SendError::Kind::not_http, body_too_long);
  check_refused(
      exchange(answering_open(head + "Content-Length: 99999999999999999999999\r\n\r\n"), {}, options),
      SendError::Kind::not_http, body_too_long);
  const auto largest = exchange(
      answering_open(head + "Content-Length: 1048576\r\n\r\n" + std::string(1 << 20, 'x')), {}, options);
  REQUIRE(largest.response);
  CHECK(largest.response->body.size() == 1 << 20);
}

TEST_CASE("a response that violates HTTP is rejected with the reason") {
  const std::string head = "HTTP/1.1 200 OK\r\n";
  const std::string chunked = head + "Transfer-Encoding: chunked\r\n\r\n";
  struct Row {
    std::string bytes, detail;
  };
  const Row rows[] = {
      {"SSH-2.0-OpenSSH_9.2\r\n",
       "the response is not HTTP/1.1: it starts with \"SSH-2.0-OpenSSH_9.2\\r\\n\""},
      {"\x1b[2J", "it starts with \"\\x1b[2J\""},
      {"x", "it starts with \"x\""},
      {"\r\n" + ok, "it starts with"},
      {"HTTP/2.0 200 OK\r\n\r\n", "it starts with \"HTTP/2.0 200 OK"},
      {"http/1.1 200 OK\r\n\r\n", "it starts with"},
      {std::string("\x15\x03\x01\x00\x02\x02\x46", 7), "use https://"},
      {"HTTP/1.2 200 OK\r\n\r\n", "the status line is malformed"},
      {"HTTP/1.1 20 OK\r\n\r\n", "the status line is malformed"},
      {"HTTP/1.1 2000 OK\r\n\r\n", "the status line is malformed"},
      {"HTTP/1.1 099 OK\r\n\r\n", "the status line is malformed"},
      {"HTTP/1.1 -20 OK\r\n\r\n", "the status line is malformed"},
      {"HTTP/1.1  200 OK\r\n\r\n", "the status line is malformed"},
      {"HTTP/1.1 200 O\rK\r\n\r\n", "the status line is malformed"},
      {"HTTP/1.1 200 OK\nContent-Length: 0\n\n", "LF instead of CRLF"},
      {head + "Content-Length: 0\n\r\n", "LF instead of CRLF"},
      {head + "no colon\r\n\r\n", "a header of the response is malformed: \"no colon\""},
      {head + "Name : x\r\n\r\n", "a header of the response is malformed"},
      {head + ": x\r\n\r\n", "a header of the response is malformed"},
      {head + " folded\r\n\r\n", "starts with a space"},
      {head + "X: a\rb\r\n\r\n", "contains a control byte"},
      {head + std::string("X: a\0b\r\n\r\n", 10), "contains a control byte"},
      {head + "Content-Length: abc\r\n\r\n", "Content-Length is not a number: \"abc\""},
      {head + "Content-Length: -1\r\n\r\n", "Content-Length is not a number"},
      {head + "Content-Length: +5\r\n\r\n", "Content-Length is not a number"},
      {head + "Content-Length:\r\n\r\n", "Content-Length is not a number"},
      {head + "Content-Length: 5, 6\r\n\r\n", "two different Content-Lengths"},
      {head + "Content-Length: 5\r\nContent-Length: 6\r\n\r\n", "two different Content-Lengths"},
      {head + "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n",
       "both a Content-Length and a Transfer-Encoding"},
      {head + "Transfer-Encoding: gzip, chunked\r\n\r\n", "unknown Transfer-Encoding: \"gzip, chunked\""},
      {head + "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n",
       "unknown Transfer-Encoding"},
      {chunked + "-2\r\nab\r\n0\r\n\r\n", "\"-2\" is not a size"},
      {chunked + "0x2\r\nab\r\n0\r\n\r\n", "is not a size"},
      {chunked + "\r\nab\r\n0\r\n\r\n", "is not a size"},
      {chunked + "zz\r\n", "is not a size"},
      {chunked + "2\nab\r\n0\r\n\r\n", "LF instead of CRLF"},
      {chunked + "2\r\nabc\r\n0\r\n\r\n", "one is longer than its size"},
      {chunked + "2\r\nab0\r\n\r\n", "one is longer than its size"},
      {chunked + "2;a=b\rc\r\nab\r\n0\r\n\r\n", "is not a size"},
      {chunked + std::string("2;\0\r\nab\r\n0\r\n\r\n", 14), "is not a size"},
      {chunked + "0\r\nno trailer\r\n\r\n", "a header of the response is malformed"},
      {chunked + "0\r\nX: \x1b[2J\r\n\r\n", "contains a control byte"},
      {"HTTP/1.1 200 \x1b[2J\r\n\r\n", "the status line is malformed"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.bytes);
    check_refused(exchange(answering_open(row.bytes)), SendError::Kind::not_http, row.detail);
  }
}

TEST_CASE("a folded header is parsed as one line") {
  const auto result = exchange(answering("HTTP/1.1 200 OK\r\nX: a\r\n\t b \r\nContent-Length: 0\r\n\r\n"));
  REQUIRE(result.response);
  CHECK(header_value(result.response->headers, "X") == "a b");
}

TEST_CASE("a response truncated at any byte is reported as incomplete") {
  const std::string samples[] = {
      "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello",
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\nT: x\r\n\r\n",
  };
  for (const auto& sample : samples) {
    const ScriptedServer server([&sample](Peer& peer, int connection) {
      peer.read_request();
      peer.send(sample.substr(0, static_cast<std::size_t>(connection)));
    });
    for (std::size_t cut = 0; cut < sample.size(); ++cut) {
      CAPTURE(cut);
      check_refused(exchange(server), SendError::Kind::closed,
                    cut == 0 ? "closed without a response" : "before the response was complete");
    }
    const auto whole = exchange(server);
    REQUIRE(whole.response);
    CHECK(whole.response->body == "hello");
  }
}

TEST_CASE("a lost connection is reported with how much of the response had arrived") {
  check_refused(exchange(answering("HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n" + std::string(120, 'x'))),
                SendError::Kind::closed,
                "the connection was closed before the response was complete (120 of 500 bytes)");
  check_refused(exchange([](Peer& peer, int) {
                  peer.read_request();
                  peer.reset();
                }),
                SendError::Kind::closed, "the connection was reset without a response");
}

/// Expects that this server runs into the timeout after part of its response has arrived. A busy machine may not get
/// that far within the first timeout, so longer ones follow.
void check_late(const ScriptedServer::Script& script, std::size_t max_body_bytes,
                const std::string& received) {
  const std::pair<std::chrono::milliseconds, const char*> steps[] = {
      {200ms, "200 ms"}, {1s, "1.0 s"}, {5s, "5.0 s"}};
  for (const auto& [timeout, text] : steps) {
    const auto result = exchange(script, {}, {.timeout = timeout, .max_body_bytes = max_body_bytes});
    const bool has_started = result.error.detail.find("no response within") == std::string::npos;
    if (!has_started && timeout < 5s) continue;
    return check_refused(result, SendError::Kind::timed_out,
                         fmt::format("not complete within {}{}", text, received));
  }
}

TEST_CASE("a slow response is timed out, however steadily it arrives") {
  constexpr std::size_t usual = 1 << 20;
  check_refused(exchange(answering_open(""), {}, {.timeout = 200ms}), SendError::Kind::timed_out,
                "no response within 200 ms");
  check_late(answering_open("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc"), usual, " (3 of 9 bytes)");
  // One byte at a time: each arrives quickly, but all of them together don't.
  const auto dripping = [](const std::string& start, const std::string& again) {
    return [start, again](Peer& peer, int) {
      peer.read_request();
      peer.send(start);
      while (peer.send(again)) std::this_thread::sleep_for(1ms);
    };
  };
  const std::string head = "HTTP/1.1 200 OK\r\n";
  check_late(dripping(head + "X: ", "x"), usual, "");
  check_late(dripping(head + "\r\n", "x"), usual, "");
  check_late(endless(head + "\r\n", std::string(100, 'x')), 1ull << 40, "");
}

TEST_CASE("a server that doesn't read a large request is timed out") {
  const Request request{.body = std::string(16 << 20, 'x')};
  std::atomic<bool> done = false;
  const ScriptedServer server([&done](Peer&, int) { done.wait(false); });
  const auto result = exchange(server, request, {.timeout = 200ms});
  done = true;
  done.notify_all();
  check_refused(result, SendError::Kind::timed_out, "no response within 200 ms");
}

TEST_CASE("an early response is accepted") {
  std::atomic<bool> done = false;
  const ScriptedServer server([&done](Peer& peer, int connection) {
    if (connection > 0) {
      peer.read_request();
      peer.send(ok);
      return;
    }
    peer.send("HTTP/1.1 413 Content Too Large\r\nContent-Length: 0\r\n\r\n");
    done.wait(false);
    peer.await_end();
  });
  Client client(parse_url(server.url()), quick());
  const auto early = client.send({.body = std::string(16 << 20, 'x')});
  done = true;
  done.notify_all();
  REQUIRE(early.response);
  CHECK(early.response->status == 413);
  // The next request must not follow half a body.
  CHECK(client.send({}).response);
  CHECK(server.connections() == 2);
}

TEST_CASE("a request is sent as given") {
  std::string seen;
  const ScriptedServer server([&seen](Peer& peer, int) {
    seen = peer.read_request();
    peer.send(ok);
  });
  const auto url = fmt::format("127.0.0.1:{}", server.port());

  SECTION("headers with duplicates and empty values, and a body of any bytes") {
    const Request request{.target = "/hooks?x=a%20b+c",
                          .headers = {{"X-Dup", "1"},
                                      {"x-empty", ""},
                                      {"X-Dup", "2"},
                                      {"Content-Type", "application/json"},
                                      {"X-Latin", "caf\xe9 %41"},
                                      {"User-Agent", "test/1"}},
                          .body = all_bytes() + "\r\n"};
    REQUIRE(exchange(server, request).response);
    CHECK(seen == "POST /hooks?x=a%20b+c HTTP/1.1\r\nHost: " + url +
                      "\r\nX-Dup: 1\r\nx-empty: \r\nX-Dup: 2\r\nContent-Type: application/json\r\n"
                      "X-Latin: caf\xe9 %41\r\nUser-Agent: test/1\r\nContent-Length: 258\r\n\r\n" +
                      all_bytes() + "\r\n");
  }
  SECTION("nothing is added but Content-Length and Host") {
    REQUIRE(exchange(server, {.body = "\r\n\r\nUser-Agent: body\r\n"}).response);
    CHECK(seen ==
          "POST / HTTP/1.1\r\nHost: " + url + "\r\nContent-Length: 22\r\n\r\n\r\n\r\nUser-Agent: body\r\n");
  }
  SECTION("Host, Accept and Content-Length are not sent twice") {
    REQUIRE(
        exchange(server,
                 {.headers = {{"host", "example.com"}, {"ACCEPT", "text/plain"}, {"content-length", "0"}}})
            .response);
    CHECK(seen == "POST / HTTP/1.1\r\nhost: example.com\r\nACCEPT: text/plain\r\nContent-Length: 0\r\n\r\n");
  }
  SECTION("any method may have a body") {
    for (const auto* method : {"GET", "PUT", "DELETE", "PATCH", "QUERY"}) {
      REQUIRE(exchange(server, {.method = method, .body = "x"}).response);
      CHECK(seen == fmt::format("{} / HTTP/1.1\r\nHost: {}\r\nContent-Length: 1\r\n\r\nx", method, url));
    }
    REQUIRE(exchange(server, {.method = "GET"}).response);
    CHECK(seen == fmt::format("GET / HTTP/1.1\r\nHost: {}\r\n\r\n", url));
  }
  SECTION("a large body arrives whole") {
    const std::string body(8 << 20, 'x');
    REQUIRE(exchange(server, {.body = body}).response);
    CHECK(seen.ends_with("\r\n\r\n" + body));
  }
}

TEST_CASE("headers that would break the request's framing are rejected") {
  std::atomic<int> requests = 0;
  const ScriptedServer server([&requests](Peer& peer, int) {
    if (!peer.read_request().empty()) ++requests;
  });
  Client client(parse_url(server.url()), {});
  const Request bad[] = {
      {.headers = {{"X", "a\r\nY: b"}}},
      {.headers = {{"X", "a\nb"}}},
      {.headers = {{"X", std::string("a\0b", 3)}}},
      {.headers = {{"X\r\nY", "a"}}},
      {.headers = {{"X Y", "a"}}},
      {.headers = {{"", "a"}}},
      {.headers = {{"Content-Length", "5"}}},
      {.headers = {{"Transfer-Encoding", "chunked"}}},
      {.target = "/ HTTP/1.1\r\nX: y"},
      {.target = "/a b"},
      {.target = ""},
      {.method = "PO ST"},
      {.method = ""},
      {.method = "CONNECT"},
  };
  for (const auto& request : bad) CHECK_THROWS_AS(client.send(request), Error);
  CHECK(server.connections() == 0);
  CHECK(requests == 0);
}

TEST_CASE("one connection carries many requests") {
  const ScriptedServer server([](Peer& peer, int) {
    while (!peer.read_request().empty()) peer.send(ok);
  });
  Client client(parse_url(server.url()), {});
  for (int i = 0; i < 20; ++i) {
    const auto result = client.send({.body = std::string(static_cast<std::size_t>(i), 'x')});
    REQUIRE(result.response);
    CHECK(result.response->body == "ok");
  }
  Client moved = std::move(client);
  CHECK(moved.send({}).response);
  CHECK(server.connections() == 1);
}

TEST_CASE("a connection is closed if the response says so") {
  const std::string answers[] = {
      "HTTP/1.1 200 OK\r\nConnection: x, Close\r\nContent-Length: 2\r\n\r\nok",
      "HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok",
      ok + "HTTP/1.1 500 Smuggled\r\nContent-Length: 0\r\n\r\n",
  };
  for (const auto& answer : answers) {
    const ScriptedServer server([&answer](Peer& peer, int) {
      while (!peer.read_request().empty()) peer.send(answer);
    });
    Client client(parse_url(server.url()), quick());
    for (int i = 0; i < 3; ++i) {
      const auto result = client.send({});
      REQUIRE(result.response);
      CHECK(result.response->status == 200);
    }
    CHECK(server.connections() == 3);
  }
}

TEST_CASE("a request that the server may have read is never resent") {
  std::atomic<int> requests = 0;
  // Read the second request before closing, so that the server may have processed it.
  const ScriptedServer server([&requests](Peer& peer, int connection) {
    if (!peer.read_request().empty()) ++requests;
    peer.send(ok);
    if (connection == 0 && !peer.read_request().empty()) ++requests;
  });
  Client client(parse_url(server.url()), quick());
  REQUIRE(client.send({}).response);
  check_refused(client.send({}), SendError::Kind::closed,
                "closed without a response (a kept-alive connection)");
  CHECK(requests == 2);
  CHECK(server.connections() == 1);
  CHECK(client.send({}).response);
  CHECK(server.connections() == 2);
}

TEST_CASE("a response that breaks off on a persistent connection is reported, not retried") {
  const ScriptedServer server([](Peer& peer, int) {
    peer.read_request();
    peer.send(ok);
    peer.read_request();
    peer.send("H");
  });
  Client client(parse_url(server.url()), quick());
  REQUIRE(client.send({}).response);
  check_refused(client.send({}), SendError::Kind::closed,
                "before the response was complete (1 bytes of its head)");
  CHECK(server.connections() == 1);
  CHECK(client.send({}).response);
}

TEST_CASE("a request on a new connection that is closed without a response is not retried") {
  const ScriptedServer server([](Peer& peer, int) { peer.read_request(); });
  check_refused(exchange(server), SendError::Kind::closed, "closed without a response");
  CHECK(server.connections() == 1);
}

TEST_CASE("a refused connection is reported") {
  std::string url;
  {
    const ScriptedServer server(answering(ok));
    url = server.url();
  }
  check_refused(Client(parse_url(url), quick()).send({}), SendError::Kind::refused, "Connection refused");
  check_refused(Client(parse_url("unix:/nowhere/at.sock"), quick()).send({}), SendError::Kind::refused,
                "No such file");
  check_refused(Client(parse_url("unix:/" + std::string(200, 'x')), quick()).send({}),
                SendError::Kind::refused, "too long");
  check_refused(Client(parse_url("http://no-such-name.invalid/"), quick()).send({}),
                SendError::Kind::unresolved, "the name \"no-such-name.invalid\" has no address");
}

TEST_CASE("the flag --unix connects to the socket whatever the host is") {
  const auto path = std::filesystem::temp_directory_path() / fmt::format("alohook-client-{}.sock", getpid());
  std::filesystem::remove(path);
  std::string seen;
  {
    const ScriptedServer server(
        [&seen](Peer& peer, int) {
          seen = peer.read_request();
          peer.send(ok);
        },
        path.string());
    REQUIRE(
        Client(parse_url("unix:" + path.string() + ":/hooks"), quick()).send({.target = "/hooks"}).response);
    CHECK_THAT(seen, ContainsSubstring("Host: localhost\r\n"));
    auto options = quick();
    options.unix_path = path.string();
    REQUIRE(Client(parse_url("http://example.invalid/"), options).send({}).response);
    CHECK_THAT(seen, ContainsSubstring("Host: example.invalid\r\n"));
  }
  std::filesystem::remove(path);
}

TEST_CASE("the flag --resolve overrides name resolution") {
  const ScriptedServer server(answering(ok));
  const auto url = parse_url(fmt::format("http://Hooks.example.invalid:{}/", server.port()));
  const auto send = [&](std::string entry) {
    auto options = quick();
    options.resolve = {std::move(entry)};
    return Client(url, options).send({});
  };
  CHECK(send(fmt::format("hooks.example.invalid:{}:127.0.0.1", server.port())).response);
  CHECK(send(fmt::format("*:{}:[127.0.0.1]", server.port())).response);
  // The first address refuses the connection, the second one accepts it.
  CHECK(send(fmt::format("hooks.example.invalid:{}:127.0.0.77,127.0.0.1", server.port())).response);
  CHECK_FALSE(send(fmt::format("other.invalid:{}:127.0.0.1", server.port())).response);
  CHECK_FALSE(send("hooks.example.invalid:1:127.0.0.1").response);
  CHECK(Client(parse_url(fmt::format("http://app.localhost:{}/", server.port())), quick()).send({}).response);

  for (const auto* entry : {"", "a", "a:80", "a:80:", "a:80:name", "a:0:127.0.0.1", "a:x:127.0.0.1",
                            ":80:127.0.0.1", "a:80:127.0.0.1,", "[::1:80:127.0.0.1", "a:65536:127.0.0.1"}) {
    CAPTURE(entry);
    CHECK_THROWS_AS(send(entry), Error);
  }
  CHECK_NOTHROW(Client(url, {.resolve = {"[::1]:80:[::1]", "a:80:::1"}}));
}
