#include "receiver/listener.h"

#include <fmt/format.h>

#include <algorithm>
#include <condition_variable>
#include <future>
#include <mutex>

#include "base/error.h"
#include "base/text.h"
#include "journal/reader.h"
#include "support/catch.hpp"
#include "support/world.h"

namespace alohook {
namespace {

using std::chrono::milliseconds;

const Secret listener_secret("a-secret-of-the-test");
const Time listener_now{std::chrono::seconds{1764000000}};

Request signed_event(const std::string& body, const std::string& target = "/") {
  return {"POST", target, sign(listener_secret, "1764000000", body, Encoding::v0), body};
}
Request unsigned_event(const std::string& body) { return {"POST", "/", {}, body}; }

/// Entries added by several threads.
class Entries {
 public:
  void add(std::string entry) {
    const std::lock_guard lock(mutex_);
    entries_.push_back(std::move(entry));
    changed_.notify_all();
  }
  std::vector<std::string> all() {
    const std::lock_guard lock(mutex_);
    return entries_;
  }
  std::vector<std::string> wait_for(std::size_t count) {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, std::chrono::minutes{1}, [&] { return entries_.size() >= count; });
    return entries_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::string> entries_;
};

/// A listener without a server. Requests are passed in, and everything it does is recorded.
class ListenerRun {
 public:
  /// `change` adjusts the settings.
  explicit ListenerRun(const std::function<void(ListenerSettings&)>& change = [](ListenerSettings&) {}) {
    ListenerSettings settings{.policy = {.secrets = {listener_secret}, .verification = {}, .path = {}},
                              .on_event = [this](const ReceivedEvent& e) { events.add(e.request.body); },
                              .now = [] { return listener_now; },
                              .make_id = [this] { return fmt::format("{:016x}", ++ids_); },
                              .show = [this](const ReceivedEvent& e) { shown.add(text_of(e)); },
                              .note = [this](std::string_view line) { notes.add(std::string(line)); }};
    change(settings);
    listener_ = std::make_unique<Listener>(std::move(settings));
  }

  Listener& listener() { return *listener_; }

  void receive(Request request) {
    std::string body = request.body;
    listener_->on_request({std::move(request), "127.0.0.1:1", std::chrono::steady_clock::now()},
                          [this, body](const ServerResponse& reply) {
                            responses.add(fmt::format("{} {}", body, reply.response.status));
                          });
  }

  ListenerCounts finish() {
    listener_->finish();
    CHECK(listener_->finish_output(std::chrono::minutes{1}));
    return listener_->counts();
  }

  static std::string text_of(const ReceivedEvent& event) {
    return fmt::format("{} {} {}", event.request.body, name_of(event.verification.verdict), event.status);
  }

  Entries responses;  ///< `BODY STATUS`
  Entries events;     ///< bodies
  Entries shown;      ///< `BODY VERDICT STATUS`
  Entries notes;

 private:
  std::atomic<int> ids_ = 0;
  std::unique_ptr<Listener> listener_;
};

std::vector<std::string> numbered(int count, const std::string& suffix) {
  std::vector<std::string> texts;
  for (int i = 0; i < count; ++i) texts.push_back(std::to_string(i) + suffix);
  return texts;
}

Transport target_that_returns(int status) {
  return [status](const Request&) {
    Exchange exchange;
    exchange.response = Response{.status = status};
    return exchange;
  };
}

ForwardPolicy to_one_target() { return {.routes = {{"", parse_url("http://127.0.0.1:3000/")}}}; }

std::vector<std::string> recorded_in(const std::string& path) {
  std::istringstream in(bytes_of_file(path));
  JournalReader reader(in, [](std::uint64_t line, JournalDamage) { FAIL("line " << line << " is damaged"); });
  std::vector<std::string> bodies;
  while (auto recorded = reader.next()) bodies.push_back(recorded->request.body);
  return bodies;
}

}  // namespace

TEST_CASE("the listener responds to events and shows them in order of arrival") {
  ListenerRun run;
  for (const std::string& body : numbered(300, "")) run.receive(signed_event(body));
  const ListenerCounts counts = run.finish();
  CHECK(run.responses.all() == numbered(300, " 200"));
  CHECK(run.events.all() == numbered(300, ""));
  CHECK(run.shown.all() == numbered(300, " valid 200"));
  CHECK(counts.valid == 300);
  CHECK(counts.rejected == 0);
  CHECK(counts.unshown == 0);
}

TEST_CASE("an event passes through forwarding, journal, response and output in this order") {
  const TemporaryFolder folder;
  const std::string path = (folder.path() / "events.jsonl").string();
  Entries steps;
  ListenerRun run([&](ListenerSettings& settings) {
    settings.journal = std::make_unique<JournalFile>(path, Durability::of_process);
    settings.forward = to_one_target();
    settings.connect = [&](const Url&) {
      return [&](const Request& request) {
        steps.add("forwarded " + request.body);
        return target_that_returns(202)(request);
      };
    };
    settings.on_event = [&](const ReceivedEvent&) {
      steps.add("recorded " + fmt::format("{}", recorded_in(path).size()));
    };
    settings.show_arrival = [&](const Arrival& arrival) {
      steps.add("arrived " + arrival.request.body + (arrival.route != nullptr ? " to be forwarded" : ""));
    };
    settings.show = [&](const ReceivedEvent& event) { steps.add("shown " + ListenerRun::text_of(event)); };
  });
  run.receive(signed_event("a"));
  run.responses.wait_for(1);
  run.finish();
  std::vector<std::string> all = steps.all();
  const auto arrived = std::find(all.begin(), all.end(), "arrived a to be forwarded");
  REQUIRE(arrived != all.end());
  all.erase(arrived);  // on another thread than the forwarding, so either may come first
  CHECK(all == std::vector<std::string>{"forwarded a", "recorded 1", "shown a valid 202"});
  CHECK(run.responses.all() == std::vector<std::string>{"a 202"});
}

TEST_CASE("an arrival is shown before the response is known") {
  std::promise<void> gate;
  Entries arrived;
  ListenerRun run([&](ListenerSettings& settings) {
    settings.forward = to_one_target();
    settings.connect = [future = gate.get_future().share()](const Url&) {
      return [future](const Request& request) {
        future.wait();
        return target_that_returns(200)(request);
      };
    };
    settings.show_arrival = [&](const Arrival& arrival) {
      arrived.add(fmt::format("{} {}", arrival.request.body, name_of(arrival.verification.verdict)));
    };
  });
  run.receive(signed_event("a"));
  CHECK(arrived.wait_for(1) == std::vector<std::string>{"a valid"});
  CHECK(run.responses.all().empty());
  gate.set_value();
  CHECK(run.responses.wait_for(1) == std::vector<std::string>{"a 200"});
  run.finish();
}

TEST_CASE("no event is lost between the threads for forwarding, recording and output") {
  const TemporaryFolder folder;
  const std::string path = (folder.path() / "events.jsonl").string();
  ListenerRun run([&](ListenerSettings& settings) {
    settings.journal = std::make_unique<JournalFile>(path, Durability::of_process);
    settings.forward = to_one_target();
    settings.forward.concurrency = 4;
    settings.connect = [](const Url&) { return target_that_returns(201); };
  });
  for (const std::string& body : numbered(400, "")) run.receive(signed_event(body));
  run.responses.wait_for(400);
  const ListenerCounts counts = run.finish();
  const auto sorted = [](std::vector<std::string> texts) {
    std::sort(texts.begin(), texts.end());
    return texts;
  };
  CHECK(sorted(run.responses.all()) == sorted(numbered(400, " 201")));
  CHECK(sorted(run.events.all()) == sorted(numbered(400, "")));
  CHECK(sorted(run.shown.all()) == sorted(numbered(400, " valid 201")));
  CHECK(sorted(recorded_in(path)) == sorted(numbered(400, "")));
  CHECK(counts.valid == 400);
}

TEST_CASE("with one connection to the target, forwarding and recording preserve the order") {
  const TemporaryFolder folder;
  const std::string path = (folder.path() / "events.jsonl").string();
  ListenerRun run([&](ListenerSettings& settings) {
    settings.journal = std::make_unique<JournalFile>(path, Durability::of_process);
    settings.forward = to_one_target();
    settings.connect = [](const Url&) { return target_that_returns(200); };
  });
  for (const std::string& body : numbered(200, "")) run.receive(signed_event(body));
  run.responses.wait_for(200);
  run.finish();
  CHECK(run.responses.all().size() == 200);
  CHECK(recorded_in(path) == numbered(200, ""));
}

TEST_CASE("the target's response is returned to the sender, or 502 if there is none") {
  ListenerRun run([](ListenerSettings& settings) {
    settings.forward = {
        .routes = {{"up", parse_url("http://127.0.0.1:1/")}, {"down", parse_url("http://127.0.0.1:2/")}}};
    settings.connect = [](const Url& url) -> Transport {
      if (url.port == 1) return target_that_returns(418);
      return [](const Request&) {
        return Exchange{.response = {}, .error = {SendError::Kind::refused, "no"}};
      };
    };
  });
  const std::string up = R"({"type":"up"})";
  const std::string down = R"({"type":"down"})";
  run.receive(signed_event(up));
  run.responses.wait_for(1);
  run.receive(signed_event(down));
  run.responses.wait_for(2);
  run.receive(signed_event("{}"));  // no route
  run.finish();
  CHECK(run.responses.all() == std::vector<std::string>{up + " 418", down + " 502", "{} 200"});
}

TEST_CASE("an event that can't be recorded gets 503, is counted, and is reported once a second") {
  ListenerRun run([](ListenerSettings& settings) {
    settings.journal = std::make_unique<JournalFile>("/dev/full", Durability::of_process);
  });
  for (const std::string& body : numbered(5, "")) run.receive(signed_event(body));
  const ListenerCounts counts = run.finish();
  CHECK(run.responses.all() == numbered(5, " 503"));
  CHECK(run.shown.all() == numbered(5, " valid 503"));
  CHECK(run.events.all().empty());  // no expected event has arrived
  CHECK(counts.unrecorded == 5);
  CHECK(run.notes.all() ==
        std::vector<std::string>{"responded 503: cannot record the event: " +
                                 std::make_error_code(std::errc::no_space_on_device).message()});
}

TEST_CASE("a stalled output doesn't delay responses, and the number of skipped events is reported") {
  std::promise<void> gate;
  ListenerRun run([&](ListenerSettings& settings) {
    const auto show = settings.show;
    settings.show = [show, future = gate.get_future().share()](const ReceivedEvent& event) {
      future.wait();
      show(event);
    };
  });
  const std::string large(1 << 20, 'x');
  for (int i = 0; i < 40; ++i) run.receive(signed_event(large));
  CHECK(run.responses.all().size() == 40);
  gate.set_value();
  const auto all_shown = run.shown.wait_for(15);
  run.receive(signed_event("last"));
  const ListenerCounts counts = run.finish();
  const std::vector<std::string> shown = run.shown.all();
  CHECK(shown.size() < 40);
  CHECK(shown.size() + counts.unshown == 41);
  REQUIRE(run.notes.all().size() == 1);
  CHECK_THAT(run.notes.all()[0], ContainsSubstring(fmt::format("… {} not shown", counts.unshown)));
}

TEST_CASE("an output that is stuck ends in time, and the lost events are counted") {
  std::promise<void> gate;
  ListenerRun run([&](ListenerSettings& settings) {
    settings.show = [future = gate.get_future().share()](const ReceivedEvent&) { future.wait(); };
  });
  for (const std::string& body : numbered(5, "")) run.receive(signed_event(body));
  run.listener().finish();
  CHECK_FALSE(run.listener().finish_output(milliseconds{1}));
  CHECK(run.listener().counts().unshown == 5);
  CHECK(run.responses.all() == numbered(5, " 200"));
  gate.set_value();  // the destructor waits for it
}

TEST_CASE("an event that was handed out is not changed by its diagnosis") {
  std::vector<std::shared_ptr<const ReceivedEvent>> kept;
  std::size_t causes = 0;
  ListenerRun run([&](ListenerSettings& settings) {
    settings.on_response = [&](std::shared_ptr<const ReceivedEvent> event) {
      kept.push_back(std::move(event));
    };
    settings.show = [&](const ReceivedEvent& event) { causes = event.causes.size(); };
  });
  Request request = signed_event(R"({"a": 1})");
  request.body = R"({"a":1})";
  run.receive(request);
  run.finish();
  REQUIRE(kept.size() == 1);
  CHECK(causes > 0);
  CHECK(kept[0]->causes.empty());
  CHECK(kept[0]->request.body == request.body);
}

TEST_CASE("the printed line of JSON is the journal's, with the causes when it did not verify") {
  const TemporaryFolder folder;
  const std::string path = (folder.path() / "events.jsonl").string();
  Entries lines;
  ListenerRun run([&](ListenerSettings& settings) {
    settings.journal = std::make_unique<JournalFile>(path, Durability::of_process);
    settings.show_json = [&](std::string_view text) {
      while (!text.empty()) lines.add(std::string(take_line(text)));
    };
  });
  run.receive(signed_event("{}"));
  Request stripped = signed_event("{} ");
  stripped.body = "{}";
  run.receive(stripped);
  run.finish();
  const std::vector<std::string> printed = lines.all();
  REQUIRE(printed.size() == 2);
  const std::string journal = bytes_of_file(path);
  CHECK(journal.starts_with(printed[0] + "\n"));
  CHECK_THAT(printed[1], ContainsSubstring("\"causes\":"));
  CHECK_THAT(journal, !ContainsSubstring("\"causes\":"));
}

TEST_CASE("lines of JSON that wait for the output are written together") {
  Entries texts;
  std::promise<void> is_writing, gate;
  ListenerRun run([&](ListenerSettings& settings) {
    settings.show_json = [&](std::string_view text) {
      texts.add(std::string(text));
      if (texts.all().size() > 1) return;
      is_writing.set_value();
      gate.get_future().wait();
    };
  });
  run.receive(signed_event("first"));
  is_writing.get_future().wait();
  for (const std::string& body : numbered(3, "")) run.receive(signed_event(body));
  gate.set_value();
  run.finish();
  REQUIRE(texts.all().size() == 2);
  CHECK_THAT(texts.all()[0], ContainsSubstring("\"first\""));
  std::string together = texts.all()[1];
  CHECK(std::count(together.begin(), together.end(), '\n') == 3);
  CHECK(run.listener().counts().unshown == 0);
}

TEST_CASE("events for another path get 404 and count for nothing that is expected") {
  ListenerRun run([](ListenerSettings& settings) {
    settings.policy.path = "/hooks";
    settings.forward = to_one_target();
    settings.connect = [](const Url&) { return target_that_returns(200); };
  });
  run.receive(signed_event("elsewhere", "/other"));
  run.receive(signed_event("here", "/hooks"));
  run.responses.wait_for(2);
  run.finish();
  CHECK(run.events.all() == std::vector<std::string>{"here"});
  const auto responses = run.responses.all();
  CHECK(std::count(responses.begin(), responses.end(), "elsewhere 404") == 1);
  CHECK(std::count(responses.begin(), responses.end(), "here 200") == 1);
}

TEST_CASE("only events that match the filter are shown") {
  ListenerRun run([](ListenerSettings& settings) { settings.filter.add_type("action_created"); });
  const std::string wanted = R"({"type":"action_created"})";
  run.receive(signed_event(wanted));
  run.receive(signed_event(R"({"type":"other"})"));
  const ListenerCounts counts = run.finish();
  CHECK(run.shown.all() == std::vector<std::string>{wanted + " valid 200"});
  CHECK(run.responses.all().size() == 2);
  CHECK(counts.unshown == 0);
}

TEST_CASE("the script's responses replace those of the receiver and the target, in order of arrival") {
  ListenerRun run([](ListenerSettings& settings) {
    settings.script =
        parse_response_script({.respond = "503,200:reset"}, [](const std::string&) { return std::string(); });
  });
  run.receive(signed_event("a"));
  run.receive(unsigned_event("b"));
  run.finish();
  CHECK(run.responses.all() == std::vector<std::string>{"a 503", "b 200"});
}

TEST_CASE("rejections are reported up to a limit, and all are counted") {
  ListenerRun run;
  for (int i = 0; i < 50; ++i) run.listener().on_rejection({400, "127.0.0.1:7", "malformed request: x"});
  const ListenerCounts counts = run.finish();
  CHECK(counts.malformed == 50);
  CHECK(run.notes.all() ==
        std::vector<std::string>(20, "responded 400 to 127.0.0.1:7: malformed request: x"));
}

}  // namespace alohook
