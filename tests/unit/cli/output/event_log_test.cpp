#include "output/event_log.h"

#include "support/catch.hpp"
#include "support/corpora.h"

using namespace alohook;

namespace {

struct Log {
  explicit Log(bool is_automatic = false) {
    EventLog::Settings settings;
    settings.is_automatic = is_automatic;
    settings.filters = "--only action_updated";
    settings.began = at("2026-11-26T12:00:00Z");
    settings.print = [this](const std::string& text) { texts.push_back(text); };
    log = std::make_unique<EventLog>(settings, Palette(false));
  }

  static Time at(const std::string& text) { return parse_iso8601(text).value(); }

  static ReceivedEvent event(const std::string& id, Time time) {
    ReceivedEvent e;
    e.id = id;
    e.received_at = time;
    e.request.body = "{\"a\":1}";
    e.type = "action_created";
    e.verification = {Verdict::valid, Encoding::v0, 1, 3, {}};
    e.status = 200;
    return e;
  }

  std::string all() const {
    std::string out;
    for (const std::string& text : texts) out += text;
    return out;
  }

  std::vector<std::string> texts;
  std::unique_ptr<EventLog> log;
};

std::size_t count_of(const std::string& text, const std::string& part) {
  std::size_t count = 0;
  for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++count;
  return count;
}

}  // namespace

TEST_CASE("an event that gets an immediate response is shown at once, one that waits is shown in two parts") {
  Log log;
  const Time time = Log::at("2026-11-26T12:00:01Z");
  log.log->on_response(Log::event("0000000000000001", time));
  REQUIRE(log.texts.size() == 1);
  CHECK_THAT(log.texts[0], ContainsSubstring("→ action_created") && ContainsSubstring("← 200 OK"));
  log.log->on_arrival(Log::event("0000000000000002", time));
  log.log->on_response(Log::event("0000000000000003", time));
  log.log->on_response(Log::event("0000000000000002", time));
  REQUIRE(log.texts.size() == 4);
  CHECK_THAT(log.texts[1], ContainsSubstring("→ action_created") && !ContainsSubstring("←"));
  CHECK_THAT(log.texts[3], !ContainsSubstring("→") && ContainsSubstring("← 200 OK"));
}

TEST_CASE("the first event after midnight is preceded by the date, the others are not") {
  Log log;
  log.log->on_response(Log::event("0000000000000001", Log::at("2026-11-26T12:00:01Z")));
  log.log->on_response(Log::event("0000000000000002", Log::at("2026-11-28T12:00:00Z")));
  log.log->on_response(Log::event("0000000000000003", Log::at("2026-11-28T12:00:01Z")));
  CHECK_THAT(log.texts[0], !ContainsSubstring("2026"));
  CHECK(log.texts[1].starts_with("── Saturday, 28 November 2026 ──\n"));
  CHECK_THAT(log.texts[2], !ContainsSubstring("2026"));
}

TEST_CASE(
    "hidden events are counted: the first one immediately, the others before the next event and at the end") {
  Log log;
  log.log->on_hidden();
  CHECK(log.all() == "1 hidden by --only action_updated\n");
  for (int i = 0; i < 12; ++i) log.log->on_hidden();
  CHECK(log.texts.size() == 1);
  log.log->on_response(Log::event("0000000000000001", Log::at("2026-11-26T12:00:01Z")));
  CHECK_THAT(log.texts[1], ContainsSubstring("12 more hidden by --only action_updated\n"));
  log.log->on_hidden();
  log.log->finish();
  CHECK(log.texts.back() == "1 more hidden by --only action_updated\n");
}

TEST_CASE("while events arrive faster than anyone can read, their bodies are omitted, with a single notice") {
  Log log(true);
  const Time start = Log::at("2026-11-26T12:00:00Z");
  const auto send = [&](int count, Time from) {
    for (int i = 0; i < count; ++i)
      log.log->on_response(
          Log::event("00000000000000" + std::to_string(10 + i), from + std::chrono::milliseconds{i}));
  };
  send(20, start);
  CHECK(count_of(log.all(), "\"a\": 1") == 5);
  CHECK(count_of(log.all(), "faster than anyone can read") == 1);
  CHECK(count_of(log.all(), "→ action_created") == 20);
  log.texts.clear();
  send(1, start + std::chrono::seconds{10});
  CHECK(count_of(log.all(), "\"a\": 1") == 1);
  send(20, start + std::chrono::seconds{20});
  CHECK(count_of(log.all(), "faster than anyone can read") == 0);
}

TEST_CASE("on request, events keep their bodies however fast they arrive") {
  Log log;
  for (int i = 0; i < 50; ++i)
    log.log->on_response(
        Log::event("00000000000000" + std::to_string(10 + i), Log::at("2026-11-26T12:00:00Z")));
  CHECK(count_of(log.all(), "\"a\": 1") == 50);
}
