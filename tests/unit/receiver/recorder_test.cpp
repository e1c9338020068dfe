#include "receiver/recorder.h"

#include <fmt/format.h>

#include <filesystem>
#include <future>

#include "journal/reader.h"
#include "support/catch.hpp"
#include "support/world.h"

namespace alohook {
namespace {

std::shared_ptr<ReceivedEvent> event_with(const std::string& body) {
  auto event = std::make_shared<ReceivedEvent>();
  event->id = "0123456789abcdef";
  event->remote = "unix";
  event->request = {"POST", "/", {}, body};
  event->status = 200;
  return event;
}

std::vector<std::string> bodies_in(const std::filesystem::path& journal) {
  std::istringstream in(bytes_of_file(journal));
  JournalReader reader(in, [](std::uint64_t line, JournalDamage) { FAIL("line " << line << " is damaged"); });
  std::vector<std::string> bodies;
  while (auto recorded = reader.next()) bodies.push_back(recorded->request.body);
  return bodies;
}

/// A journal in its own directory, and its recorder.
struct RecorderRun {
  TemporaryFolder folder;
  std::string path = (folder.path() / "events.jsonl").string();
  std::vector<std::string> notes;  // from the recorder's thread, which `finish` joins
  Recorder recorder{std::make_unique<JournalFile>(path, Durability::of_process),
                    [this](std::string_view line) { notes.emplace_back(line); }};
};

}  // namespace

TEST_CASE("events are recorded in order, and each is in the journal before its sender gets a response") {
  RecorderRun run;
  std::vector<std::string> bodies;
  std::vector<std::string> done;
  std::atomic<bool> is_always_there = true;
  for (int i = 0; i < 300; ++i) {
    const std::string body = fmt::format("event-{}-", i);
    bodies.push_back(body);
    run.recorder.record(event_with(body), [&, body](const Recorder::Outcome& outcome) {
      done.push_back(outcome.error.empty() ? body : std::string(outcome.error));
      if (bytes_of_file(run.path).find(body) == std::string::npos) is_always_there = false;
    });
  }
  run.recorder.finish();
  CHECK(done == bodies);
  CHECK(is_always_there);
  CHECK(bodies_in(run.path) == bodies);
  CHECK(run.notes.empty());
}

TEST_CASE("the line passed to the callback is the journal's") {
  RecorderRun run;
  std::string line;
  const auto recorded = event_with("{\"type\":\"é\"}");
  run.recorder.record(recorded, [&](const Recorder::Outcome& outcome) { line = outcome.line; });
  run.recorder.finish();
  CHECK(line == to_json_line(*recorded));
  CHECK(bytes_of_file(run.path) == line + "\n");
}

TEST_CASE("bodies larger than one write are recorded whole") {
  RecorderRun run;
  const std::vector<std::string> bodies = {std::string(5'000'000, 'a'), "b", std::string(3'000'000, 'c'),
                                           std::string(3'000'000, 'd')};
  int recorded = 0;
  for (const std::string& body : bodies)
    run.recorder.record(event_with(body),
                        [&](const auto& outcome) { recorded += outcome.error.empty() ? 1 : 0; });
  run.recorder.finish();
  CHECK(recorded == 4);
  CHECK(bodies_in(run.path) == bodies);
}

TEST_CASE("recording blocks while too many bytes are waiting") {
  const TemporaryFolder folder;
  std::promise<void> gate;
  std::atomic<bool> is_through = false;
  Recorder recorder(std::make_unique<JournalFile>("/dev/null", Durability::of_process),
                    [](std::string_view) {});
  const auto large = event_with(std::string(40 << 20, 'x'));
  recorder.record(event_with(""), [future = gate.get_future().share()](const auto&) { future.wait(); });
  recorder.record(large, [](const auto&) {});
  std::thread second([&] {
    recorder.record(large, [](const auto&) {});
    is_through = true;
  });
  while (recorder.blocked() == 0) std::this_thread::yield();
  CHECK_FALSE(is_through);
  gate.set_value();
  second.join();
  recorder.finish();
  CHECK(is_through);
}

TEST_CASE("an event that can't be recorded is reported with the reason") {
  std::vector<std::string> errors;
  Recorder recorder(std::make_unique<JournalFile>("/dev/full", Durability::of_process),
                    [](std::string_view) {});
  for (int i = 0; i < 3; ++i)
    recorder.record(event_with("x"), [&](const auto& outcome) { errors.emplace_back(outcome.error); });
  recorder.finish();
  CHECK(errors == std::vector<std::string>(3, std::make_error_code(std::errc::no_space_on_device).message()));
}

TEST_CASE("a journal that a run lets grow large is noted, and again when it has doubled") {
  const TemporaryFolder folder;
  const std::string path = (folder.path() / "events.jsonl").string();
  std::vector<std::string> notes;
  Recorder recorder(
      std::make_unique<JournalFile>(path, Durability::of_process),
      [&](std::string_view line) { notes.emplace_back(line); }, 2'000'000);
  const std::string body(500'000, 'x');
  for (int i = 0; i < 9; ++i) {
    std::promise<void> done;  // each in a write of its own
    recorder.record(event_with(body), [&](const Recorder::Outcome&) { done.set_value(); });
    done.get_future().wait();
  }
  recorder.finish();
  REQUIRE(notes.size() == 2);
  CHECK(notes[0] == "the journal '" + path + "' has grown by 2 MB since the start");
  CHECK(notes[1] == "the journal '" + path + "' has grown by 4 MB since the start");
}

TEST_CASE("a journal that was moved is created again with one note") {
  RecorderRun run;
  const auto record = [&](const std::string& body) {
    std::promise<void> done;
    run.recorder.record(event_with(body), [&](const auto&) { done.set_value(); });
    done.get_future().wait();
  };
  record("before");
  std::filesystem::rename(run.path, run.path + ".1");
  record("after");
  record("later");
  run.recorder.finish();
  CHECK(bodies_in(run.path + ".1") == std::vector<std::string>{"before"});
  CHECK(bodies_in(run.path) == std::vector<std::string>{"after", "later"});
  REQUIRE(run.notes.size() == 1);
  CHECK_THAT(run.notes[0], ContainsSubstring("was moved or removed"));
}

}  // namespace alohook
