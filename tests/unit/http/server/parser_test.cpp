// Sends the requests of tests/vectors/http to the server: whole, split at every byte, and one byte at a time.
#include <fmt/format.h>

#include <cstdlib>
#include <filesystem>
#include <list>
#include <optional>
#include <set>

#include "support/catch.hpp"
#include "support/http_cases.h"
#include "support/raw_client.h"

using namespace alohook;

namespace {

const std::string good = "GET /good HTTP/1.1\r\nHost: x\r\n\r\n";
const ExpectedAnswer good_answer{.lowest = 200, .highest = 200, .event = "GET /good "};

/// Below the number of rejected connections that the server keeps reading from at the same time.
constexpr std::size_t batch_size = 200;

/// A server on a socket file that echoes each request. There are more connections here than TCP has ports.
class EchoServer {
 public:
  EchoServer() {
    std::string name = (std::filesystem::temp_directory_path() / "alohook-XXXXXX").string();
    folder_ = mkdtemp(name.data());
    server_.emplace(ServerOptions{.unix_path = path()},
                    [](const Incoming& incoming, const Responder& respond) {
                      const Request& request = incoming.request;
                      respond({200, "", {}, request.method + " " + request.target + " " + request.body});
                    });
  }
  ~EchoServer() {
    server_.reset();
    std::filesystem::remove_all(folder_);
  }
  EchoServer(const EchoServer&) = delete;
  EchoServer& operator=(const EchoServer&) = delete;

  std::string path() const { return folder_ / "s"; }

  /// Once a connection that was opened later has its responses, the loop has also processed what was sent before.
  void let_read() {
    RawClient other(path());
    for (int i = 0; i < 2; ++i) {
      other.send(good);
      other.read_response();
    }
  }

 private:
  std::filesystem::path folder_;
  std::optional<RunningServer> server_;
};

/// Takes the next response off `received`. Returns what is wrong with it; nothing if it is correct.
std::string take_answer(std::string& received, const ExpectedAnswer& expected) {
  const std::size_t head_end = received.find("\r\n\r\n");
  if (head_end == std::string::npos) return "no answer";
  const std::string head = received.substr(0, head_end + 2);
  received.erase(0, head_end + 4);
  const int status = std::stoi(head.substr(9));
  if (status < expected.lowest || status > expected.highest) return "answered " + head.substr(9);
  if (status == 100) return "";
  const std::size_t length = std::stoul(head.substr(head.find("Content-Length: ") + 16));
  const std::string body = received.substr(0, expected.has_body ? length : 0);
  received.erase(0, body.size());
  if (status != 200)
    return head.find("Connection: close") == head.npos ? "the connection is to stay open" : "";
  if (!expected.has_body) return length == expected.event.size() ? "" : "another event";
  return body == expected.event ? "" : "the event is " + body.substr(0, 200);
}

/// Returns what is wrong with the responses to the case; nothing if they are correct.
std::string mistake(const std::vector<ExpectedAnswer>& expected, std::string received) {
  for (const ExpectedAnswer& answer : expected)
    if (const std::string wrong = take_answer(received, answer); !wrong.empty()) return wrong;
  return received.empty() ? "" : "more answers: " + received.substr(0, 200);
}

/// The same if the request was sent in parts. Then it is open whether the client waited for its interim response.
std::string mistake_in_parts(const HttpCase& one, std::string received) {
  const std::string interim = "HTTP/1.1 100 Continue\r\n\r\n";
  const bool may_wait = one.bytes.find("HTTP/1.1\r\nHost: x\r\nExpect") != std::string::npos;
  if (may_wait && one.answers.front().lowest != 100 && received.starts_with(interim))
    received.erase(0, interim.size());
  return mistake(one.answers, received);
}

std::string read_to_end(RawClient& client) {
  client.end_sending();
  return client.read_all();
}

bool is_long() { return std::getenv("ALOHOOK_LONG") != nullptr; }

/// Where to split a case: everywhere, or in a long one near newlines, limits, and at random.
std::vector<std::size_t> cuts_of(const std::string& bytes) {
  const std::size_t all_below = is_long() ? 10'000 : 600;
  std::set<std::size_t> cuts;
  for (std::size_t cut = 1; cut < bytes.size(); ++cut) {
    const bool is_near_end = cut < 100 || bytes.size() - cut < 20;
    const bool is_at_limit = cut % 65'536 <= 2 || cut % 65'536 == 65'535;
    const bool is_at_line_end = cuts.size() < 200 && (bytes[cut] == '\n' || bytes[cut - 1] == '\n');
    const bool is_sample = cut % (is_long() ? 500 : 9973) == 0;
    if (bytes.size() < all_below || is_near_end || is_at_limit || is_at_line_end || is_sample)
      cuts.insert(cut);
  }
  return {cuts.begin(), cuts.end()};
}

}  // namespace

TEST_CASE("every hostile request gets the response that the standard requires, and the next one is served") {
  const std::vector<HttpCase> cases = http_cases();
  CHECK(cases.size() >= 350);
  EchoServer server;
  for (const HttpCase& one : cases) {
    INFO(one.name);
    RawClient client(server.path());
    client.send(one.bytes);
    const std::string received = read_to_end(client);
    CHECK(mistake(one.answers, received) == "");
    RawClient next(server.path());
    next.send(good);
    CHECK(mistake({good_answer}, read_to_end(next)) == "");
  }
}

TEST_CASE(
    "bytes after a valid request are parsed as the next one, but never those after a rejected request") {
  EchoServer server;
  for (const HttpCase& one : http_cases()) {
    if (one.is_half || one.answers.empty()) continue;
    INFO(one.name);
    RawClient client(server.path());
    client.send(one.bytes + good + good);
    const std::string received = read_to_end(client);
    std::vector<ExpectedAnswer> expected = one.answers;
    const bool stays_open = received.find("\r\nConnection: close\r\n") == std::string::npos;
    if (stays_open) expected.insert(expected.end(), 2, good_answer);
    CHECK(mistake(expected, received) == "");
    CHECK((expected.back().lowest == 200 || !stays_open));
  }
}

TEST_CASE("a hostile request has the same result wherever the network splits it") {
  EchoServer server;
  for (const HttpCase& one : http_cases()) {
    const std::vector<std::size_t> cuts = cuts_of(one.bytes);
    for (std::size_t first = 0; first < cuts.size(); first += batch_size) {
      const std::size_t last = std::min(first + batch_size, cuts.size());
      std::list<RawClient> clients;
      for (std::size_t i = first; i < last; ++i)
        clients.emplace_back(server.path()).send(std::string_view(one.bytes).substr(0, cuts[i]));
      server.let_read();
      std::size_t i = first;
      for (RawClient& client : clients) client.send(std::string_view(one.bytes).substr(cuts[i++]));
      i = first;
      for (RawClient& client : clients) {
        INFO(one.name << ", cut after " << cuts[i++] << " bytes");
        const std::string wrong = mistake_in_parts(one, read_to_end(client));
        REQUIRE(wrong == "");
      }
    }
  }
}

TEST_CASE("a hostile request has the same result if it arrives one byte at a time") {
  std::vector<HttpCase> cases = http_cases();
  std::erase_if(cases, [](const HttpCase& one) { return one.bytes.size() > 1500; });
  EchoServer server;
  for (std::size_t first = 0; first < cases.size(); first += batch_size) {
    const std::size_t last = std::min(first + batch_size, cases.size());
    std::list<RawClient> clients;
    for (std::size_t i = first; i < last; ++i) clients.emplace_back(server.path());
    for (std::size_t at = 0; at < 1500; ++at) {
      std::size_t i = first;
      bool is_over = true;
      for (RawClient& client : clients) {
        const std::string& bytes = cases[i++].bytes;
        if (at >= bytes.size()) continue;
        client.send({&bytes[at], 1});
        is_over = false;
      }
      if (is_over) break;
      server.let_read();
    }
    std::size_t i = first;
    for (RawClient& client : clients) {
      INFO(cases[i].name);
      const std::string wrong = mistake_in_parts(cases[i], read_to_end(client));
      CHECK(wrong == "");
      ++i;
    }
  }
}
