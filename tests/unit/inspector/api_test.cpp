#include "inspector/api.h"

#include <fmt/format.h>

#include <deque>
#include <mutex>
#include <nlohmann/json.hpp>
#include <thread>

#include "signing/signed_request.h"
#include "support/catch.hpp"

using namespace alohook;
using Json = nlohmann::json;
using namespace std::chrono_literals;

namespace {

const Time now = *parse_iso8601("2026-11-26T20:00:00Z");
const Secret secret("api-test-9c1f77aa");

/// An API with a feed. Its posted jobs run when the test asks for it.
struct Setup {
  Feed feed;
  std::mutex mutex;
  std::deque<std::function<void()>> jobs;
  std::vector<Request> sent;
  std::unique_ptr<Api> api;

  explicit Setup(ApiSettings settings = {}, Feed::Limits limits = {}) : feed(limits) {
    settings.now = [] { return now; };
    if (settings.secrets.empty()) settings.secrets = {secret};
    if (!settings.send) {
      settings.send = [this](const Url&, const Request& request) {
        const std::lock_guard lock(mutex);
        sent.push_back(request);
        return Exchange{.response = Response{201, {}, {{"X-Id", "1"}}, "made"}, .error = {}, .elapsed = 3ms};
      };
    }
    api = std::make_unique<Api>(std::move(settings), feed, nullptr, "boot-1",
                                [this](std::function<void()> job) {
                                  const std::lock_guard lock(mutex);
                                  jobs.push_back(std::move(job));
                                });
  }
  ~Setup() { api->finish(); }

  std::string receive(const std::string& body, Verdict verdict = Verdict::valid,
                      const std::string& type = "action_created") {
    ReceivedEvent event{.id = fmt::format("{:016x}", 0xabc000 + feed.last()),
                        .received_at = now,
                        .remote = "127.0.0.1:1",
                        .request = {},
                        .type = type,
                        .verification = {}};
    event.request =
        signed_request(body, {.secret = verdict == Verdict::valid ? secret : Secret("another-secret")}, now);
    event.verification.verdict = verdict;
    event.status = verdict == Verdict::valid ? 200 : 401;
    std::string id = event.id;
    feed.push(std::make_shared<const ReceivedEvent>(std::move(event)));
    return id;
  }

  /// Returns the response, once there is one; nullopt while the request is waiting.
  std::optional<Response> ask(const std::string& target, const std::string& method = "GET",
                              const std::string& body = {}, Headers headers = {}) {
    auto answer = std::make_shared<std::optional<Response>>();
    api->handle({method, target, std::move(headers), body},
                [answer](ServerResponse given) { *answer = given.response; });
    for (int i = 0; i < 500 && !*answer && method == "POST"; ++i) {
      run_jobs();
      if (!*answer) std::this_thread::sleep_for(2ms);
    }
    return *answer;
  }

  void run_jobs() {
    std::deque<std::function<void()>> due;
    {
      const std::lock_guard lock(mutex);
      due.swap(jobs);
    }
    for (const auto& job : due) job();
  }

  Json json(const std::string& target) { return Json::parse(ask(target)->body); }
};

std::vector<int> numbers(const Json& rows) {
  std::vector<int> list;
  for (const Json& row : rows) list.push_back(row["n"]);
  return list;
}

using Numbers = std::vector<int>;

}  // namespace

TEST_CASE("events are read after and before a number", "[inspector]") {
  Setup setup;
  for (int i = 0; i < 5; ++i) setup.receive("{}");
  const Json after = setup.json("/api/events?after=3");
  CHECK(numbers(after["events"]) == Numbers{4, 5});
  CHECK(after["boot"] == "boot-1");
  CHECK(after["last"] == 5);
  CHECK(after["missed"] == 0);
  const Json before = setup.json("/api/events?before=3&limit=1");
  CHECK(numbers(before["events"]) == Numbers{2});
  CHECK(before["more"] == true);
  CHECK(numbers(setup.json("/api/events?limit=2")["events"]) == Numbers{5, 4});
  CHECK(setup.json("/api/events?before=1")["more"] == false);
}

TEST_CASE("a poll waits for the next event and gets it", "[inspector]") {
  Setup setup;
  auto answer = std::make_shared<std::optional<Response>>();
  setup.api->handle({"GET", "/api/events?after=0&wait=25", {}, {}},
                    [answer](ServerResponse given) { *answer = given.response; });
  CHECK_FALSE(answer->has_value());
  const auto start = std::chrono::steady_clock::now();
  CHECK(setup.api->wake(start).has_value());
  CHECK_FALSE(answer->has_value());
  setup.receive("{}");
  CHECK_FALSE(setup.api->wake(start).has_value());
  REQUIRE(answer->has_value());
  CHECK(numbers(Json::parse((*answer)->body)["events"]) == Numbers{1});
}

TEST_CASE("a poll ends without events at its timeout", "[inspector]") {
  Setup setup;
  auto answer = std::make_shared<std::optional<Response>>();
  setup.api->handle({"GET", "/api/events?after=0&wait=9999", {}, {}},
                    [answer](ServerResponse given) { *answer = given.response; });
  setup.api->wake(std::chrono::steady_clock::now() + 20s);
  CHECK_FALSE(answer->has_value());
  setup.api->wake(std::chrono::steady_clock::now() + 26s);
  REQUIRE(answer->has_value());
  CHECK(Json::parse((*answer)->body)["events"].empty());
}

TEST_CASE("a fifth poll ends the oldest one, whose response says so", "[inspector]") {
  Setup setup;
  std::vector<std::shared_ptr<std::optional<Response>>> answers;
  for (int i = 0; i < 5; ++i) {
    answers.push_back(std::make_shared<std::optional<Response>>());
    setup.api->handle({"GET", "/api/events?after=0&wait=25", {}, {}},
                      [answer = answers.back()](ServerResponse given) { *answer = given.response; });
  }
  REQUIRE(answers[0]->has_value());
  CHECK(Json::parse((*answers[0])->body)["crowded"] == true);
  for (std::size_t i = 1; i < 5; ++i) CHECK_FALSE(answers[i]->has_value());
}

TEST_CASE("a poll with a number from another process immediately gets the last number", "[inspector]") {
  Setup setup;
  setup.receive("{}");
  const Json json = setup.json("/api/events?after=500&wait=25");
  CHECK(json["last"] == 1);
  CHECK(json["events"].empty());
}

TEST_CASE("evicted events are counted as missed", "[inspector]") {
  Setup setup({}, {.events = 2, .bytes = 1 << 20});
  for (int i = 0; i < 10; ++i) setup.receive("{}");
  const Json json = setup.json("/api/events?after=3");
  CHECK(json["missed"] == 5);
  CHECK(numbers(json["events"]) == Numbers{9, 10});
}

TEST_CASE("details hold the journal's line, the cause with fixes, and deliveries of the same body",
          "[inspector]") {
  Setup setup;
  setup.receive("{\"a\":1}");
  const std::string id = setup.receive("{\"a\":1}", Verdict::invalid);
  const Json json = setup.json("/api/events/" + id);
  CHECK(json["n"] == 2);
  CHECK(json["event"]["id"] == id);
  CHECK(json["event"]["body"] == "{\"a\":1}");
  CHECK(json["has_body"] == true);
  REQUIRE(json["causes"].size() >= 1);
  CHECK(json["causes"][0]["id"] == "wrong-secret");
  CHECK_FALSE(json["causes"][0]["fixes"].empty());
  CHECK(numbers(json["deliveries"]) == Numbers{1, 2});
  CHECK(setup.json("/api/events/" + id.substr(0, 16) + "?n=2")["n"] == 2);
  CHECK(setup.ask("/api/events/ffffffff")->status == 404);
  CHECK(setup.ask("/api/events/abc")->status == 404);
  CHECK(setup.ask("/api/events/" + id + "/nothing")->status == 404);
}

TEST_CASE("a cause in the body shows where the signed text begins to differ", "[inspector]") {
  Setup setup;
  ReceivedEvent event{.id = "00000000000000aa",
                      .received_at = now,
                      .remote = {},
                      .request = signed_request(R"({"a":1,"b":"ü"})", {.secret = secret}, now),
                      .type = {},
                      .verification = {}};
  event.request.body = "{ \"a\": 1, \"b\": \"ü\" }";
  event.verification.verdict = Verdict::invalid;
  setup.feed.push(std::make_shared<const ReceivedEvent>(std::move(event)));
  const Json cause = setup.json("/api/events/00000000000000aa")["causes"][0];
  CHECK(cause["id"] == "body-reserialised");
  CHECK(cause["proven"] == true);
  CHECK(cause["difference"]["at"] == 1);
  CHECK(cause["difference"]["received"] == "{ \"a\": 1, \"b\": \"ü\" }");
  CHECK(cause["difference"]["signed"] == R"({"a":1,"b":"ü"})");
  CHECK(cause["difference"]["received_bytes"] == 21);
  CHECK(cause["difference"]["signed_bytes"] == 16);
}

TEST_CASE("a body is returned byte for byte, complete or in ranges", "[inspector]") {
  Setup setup;
  std::string bytes;
  for (int i = 0; i < 256; ++i) bytes += static_cast<char>(i);
  const std::string id = setup.receive(bytes);
  const auto whole = setup.ask("/api/events/" + id + "/body");
  CHECK(whole->status == 200);
  CHECK(whole->body == bytes);
  CHECK(header_value(whole->headers, "Content-Type") == "application/octet-stream");
  CHECK(header_value(whole->headers, "Content-Disposition")->starts_with("attachment;"));
  const auto range = [&](const std::string& value) {
    return setup.ask("/api/events/" + id + "/body", "GET", {}, {{"Range", value}});
  };
  CHECK(range("bytes=10-19")->status == 206);
  CHECK(range("bytes=10-19")->body == bytes.substr(10, 10));
  CHECK(header_value(range("bytes=10-19")->headers, "Content-Range") == "bytes 10-19/256");
  CHECK(range("bytes=250-")->body == bytes.substr(250));
  CHECK(range("bytes=-6")->body == bytes.substr(250));
  CHECK(range("bytes=0-99999")->body == bytes);
  CHECK(range("bytes=256-")->status == 416);
  for (const char* odd : {"bytes=5-3", "items=0-3", "bytes=a-b", "bytes=0-1,3-4", "bytes=-"}) {
    INFO(odd);
    CHECK(range(odd)->status == 200);
  }
}

TEST_CASE("large bodies are omitted from the details", "[inspector]") {
  Setup setup;
  const std::string id = setup.receive(std::string(300'000, ' '));
  const Json json = setup.json("/api/events/" + id);
  CHECK(json["has_body"] == false);
  CHECK(json["row"]["bytes"] == 300'000);
  CHECK(json["event"]["body"] == "");
}

TEST_CASE("a search finds text in any part of an event, ignoring case", "[inspector]") {
  Setup setup;
  setup.receive(R"({"title":"Leak in Hall B"})");
  setup.receive(std::string("\xff\x00 leak", 7), Verdict::valid, "other_type");
  setup.receive("{}");
  const auto found = [&](const std::string& query) {
    return numbers(setup.json("/api/search?q=" + query)["matches"]);
  };
  CHECK(found("leak") == Numbers{2, 1});
  CHECK(found("LEAK%20in") == Numbers{1});
  CHECK(found("leak+in") == Numbers{1});
  CHECK(found("other_TYPE") == Numbers{2});
  CHECK(found("%FF") == Numbers{2});
  CHECK(found("x-alo-signature") == Numbers{3, 2, 1});
  CHECK(found("content-type:%20application/json").size() == 3);
  CHECK(found("nowhere").empty());
  CHECK(setup.json("/api/search?q=nowhere")["done"] == true);
  CHECK(numbers(setup.json("/api/search?q=leak&before=2")["matches"]) == Numbers{1});
}

TEST_CASE("an export has the recorded signature, or a new one on request", "[inspector]") {
  Setup setup;
  const std::string id = setup.receive("{}");
  const auto signature = std::string(*header_value(setup.feed.at(1)->request.headers, "X-ALO-Signature"));
  CHECK(setup.ask("/api/events/" + id + "/export?form=curl")->body.find(signature) != std::string::npos);
  CHECK(setup.ask("/api/events/" + id + "/export?form=http")->body.starts_with("POST "));
  CHECK(Json::parse(setup.ask("/api/events/" + id + "/export?form=har")->body)["log"]["entries"].size() == 1);
  CHECK(setup.ask("/api/events/" + id + "/export?form=fixture")->body == "{}");
  CHECK(setup.ask("/api/events/" + id + "/export?form=nothing")->status == 400);
  const std::string many = R"({"form":"har","ids":[")" + id + R"(","ffffffffff"]})";
  CHECK(Json::parse(setup.ask("/api/exports", "POST", many)->body)["log"]["entries"].size() == 1);
  CHECK(setup.ask("/api/exports", "POST", R"({"ids":[]})")->status == 404);
  CHECK(setup.ask("/api/exports", "POST", "x")->status == 400);
}

TEST_CASE("a replay sends the exact body, re-signed, and returns the server's response", "[inspector]") {
  Setup setup;
  const std::string id = setup.receive("{ \"a\" : 1.0 }\r\n");
  const auto response =
      setup.ask("/api/replays", "POST", R"({"id":")" + id + R"(","url":"http://127.0.0.1:3000/x"})");
  REQUIRE(response);
  const Json json = Json::parse(response->body)["replay"];
  CHECK(json["forward"]["status"] == 201);
  CHECK(json["forward"]["body"] == "made");
  REQUIRE(setup.sent.size() == 1);
  CHECK(setup.sent[0].body == "{ \"a\" : 1.0 }\r\n");
  CHECK(setup.sent[0].target == "/x");
  CHECK(verify({secret}, setup.sent[0].headers, setup.sent[0].body, now, {}).verdict == Verdict::valid);
  CHECK(setup.json("/api/events/" + id)["replays"].size() == 1);
}

TEST_CASE("an edited body is sent as written, and signed", "[inspector]") {
  Setup setup;
  const std::string id = setup.receive("{}");
  setup.ask("/api/replays", "POST",
            R"({"id":")" + id + R"(","url":"http://127.0.0.1:1/","body":"{\"n\":9007199254740993}"})");
  setup.ask("/api/replays", "POST",
            R"({"id":")" + id + R"(","url":"http://127.0.0.1:1/","body_base64":"AP8="})");
  REQUIRE(setup.sent.size() == 2);
  CHECK(setup.sent[0].body == R"({"n":9007199254740993})");
  CHECK(setup.sent[1].body == std::string("\0\xff", 2));
  for (const Request& sent : setup.sent) {
    CHECK(verify({secret}, sent.headers, sent.body, now, {}).verdict == Verdict::valid);
  }
}

TEST_CASE("replays that aren't allowed are rejected with the reason", "[inspector]") {
  ApiSettings development;
  development.is_development_secret = true;
  Setup setup(std::move(development));
  const std::string id = setup.receive("{}");
  const auto status = [&](const std::string& body) {
    return setup.ask("/api/replays", "POST", body)->status;
  };
  CHECK(status("x") == 400);
  CHECK(status(R"({"id":")" + id + "\"}") == 400);
  CHECK(status(R"({"id":"","url":"http://127.0.0.1/"})") == 404);
  CHECK(status(R"({"id":"ffffffff","url":"http://127.0.0.1/"})") == 404);
  CHECK(status(R"({"id":")" + id + R"(","url":"ftp://127.0.0.1/"})") == 422);
  CHECK(status(R"({"id":")" + id + R"(","url":"http://alo.example/"})") == 403);
  CHECK(setup.ask("/api/events/" + id + "/export?form=curl&resign=1&url=http://alo.example/")->status == 403);
  CHECK(setup.sent.empty());

  ApiSettings read_only;
  read_only.is_read_only = true;
  Setup recorded(std::move(read_only));
  const std::string other = recorded.receive("{}");
  CHECK(recorded.ask("/api/replays", "POST", R"({"id":")" + other + R"(","url":"http://127.0.0.1/"})")
            ->status == 409);
  CHECK(recorded.sent.empty());
}

TEST_CASE("a fifth concurrent replay is rejected", "[inspector]") {
  std::mutex gate;
  gate.lock();
  ApiSettings settings;
  settings.send = [&gate](const Url&, const Request&) {
    const std::lock_guard wait(gate);
    return Exchange{.response = Response{200, {}, {}, {}}, .error = {}};
  };
  Setup setup(std::move(settings));
  const std::string order = R"({"id":")" + setup.receive("{}") + R"(","url":"http://127.0.0.1:1/"})";
  std::vector<std::shared_ptr<int>> statuses;
  for (int i = 0; i < 5; ++i) {
    statuses.push_back(std::make_shared<int>(0));
    setup.api->handle({"POST", "/api/replays", {}, order},
                      [status = statuses.back()](ServerResponse given) { *status = given.response.status; });
  }
  CHECK(*statuses[4] == 429);
  CHECK(*statuses[3] == 0);
  gate.unlock();
  for (int i = 0; i < 500 && *statuses[3] == 0; ++i) {
    setup.run_jobs();
    std::this_thread::sleep_for(2ms);
  }
  CHECK(*statuses[3] == 200);
}

TEST_CASE("no response of the API contains the secret or a signature that wasn't received", "[inspector]") {
  Setup setup;
  const std::string id = setup.receive("{}", Verdict::invalid);
  const Headers expected = sign(secret, std::to_string(unix_seconds(now)), "{}", Encoding::hex);
  for (const std::string& target :
       {std::string("/api/session"), std::string("/api/events?after=0"), "/api/events/" + id,
        "/api/events/" + id + "/export?form=curl", std::string("/api/search?q=a")}) {
    INFO(target);
    const std::string body = setup.ask(target)->body;
    CHECK(body.find(secret.bytes()) == std::string::npos);
    CHECK(body.find(expected.back().value) == std::string::npos);
  }
  const Json session = setup.json("/api/session");
  CHECK(session["secrets"][0]["bytes"] == secret.bytes().size());
  CHECK(session["schema"] == 1);
}
