#include "journal/recording.h"

#include <fstream>

#include "base/error.h"
#include "support/catch.hpp"
#include "support/world.h"

using namespace alohook;

namespace {

/// Returns one event as written by `listen --record`.
std::string line_of(int number) {
  return R"({"schema":1,"id":"000000000000000)" + std::to_string(number) +
         R"(","received_at":"2026-11-23T17:00:00.000Z","method":"POST","target":"/","headers":[],"body":"{\"n\":)" +
         std::to_string(number) + R"(}","type":null})" + "\n";
}

struct Notes {
  std::vector<std::string> lines;
  Recording::Note take() {
    return [this](std::string_view line) { lines.emplace_back(line); };
  }
};

std::vector<std::string> bodies_of(Recording& recording) {
  std::vector<std::string> bodies;
  while (const auto event = recording.next()) bodies.push_back(event->request.body);
  return bodies;
}

const std::vector<std::string> two_bodies = {R"({"n":1})", R"({"n":2})"};

}  // namespace

TEST_CASE("reading a journal that grows with each event read stops at its initial end") {
  const TemporaryFolder folder;
  const std::string path = folder.write("events.jsonl", line_of(1) + line_of(2));
  std::istringstream none;
  Notes notes;
  Recording recording(path, none, notes.take());
  std::vector<std::string> bodies;
  while (const auto event = recording.next()) {
    bodies.push_back(event->request.body);
    std::ofstream(path, std::ios::app) << line_of(7);
    REQUIRE(bodies.size() < 10);
  }
  CHECK(bodies == two_bodies);
  CHECK(recording.progress() == 1.0);
}

TEST_CASE("a journal that was empty when reading began stays empty") {
  const TemporaryFolder folder;
  const std::string path = folder.write("events.jsonl", "");
  std::istringstream none;
  Notes notes;
  Recording recording(path, none, notes.take());
  std::ofstream(path, std::ios::app) << line_of(7);
  CHECK(bodies_of(recording).empty());
}

TEST_CASE("a journal on standard input that is a file has an end and a percentage, too") {
  std::stringstream in(line_of(1) + line_of(2), std::ios::in | std::ios::out | std::ios::ate);
  Notes notes;
  Recording recording("-", in, notes.take());
  REQUIRE(recording.next());
  in << line_of(7);
  REQUIRE(recording.progress().has_value());
  CHECK(*recording.progress() <= 1.0);
  CHECK(recording.next()->request.body == two_bodies[1]);
  CHECK_FALSE(recording.next());
}

TEST_CASE("a journal that is an array, pretty-printed or starts with a byte order mark is read") {
  std::string pretty;
  for (const int number : {1, 2}) {
    for (const char c : line_of(number)) pretty += c == ',' ? std::string(",\n  ") : std::string(1, c);
  }
  pretty.insert(1, "\n  ");
  const std::string one = line_of(1), two = line_of(2);
  const std::string mark = "\xEF\xBB\xBF";
  for (const std::string& text : {"[" + one + "," + two + "]", " [\n" + one + ",\n" + two + "\n]\n", pretty,
                                  mark + pretty, mark + one + two, mark + "[" + one + "," + two + "]"}) {
    CAPTURE(text);
    std::istringstream in(text);
    Notes notes;
    Recording recording("-", in, notes.take());
    CHECK(bodies_of(recording) == two_bodies);
    CHECK(notes.lines.empty());
    CHECK(recording.progress() == 1.0);
  }
}

TEST_CASE("array items other than events, and a truncated last one, are reported and skipped") {
  std::istringstream in("[{\"a\":\"}{\"}," + line_of(1) + "," + line_of(2).substr(0, 40));
  Notes notes;
  Recording recording("-", in, notes.take());
  CHECK(bodies_of(recording) == std::vector<std::string>{two_bodies[0]});
  CHECK(notes.lines ==
        std::vector<std::string>{"note: event 1 of 'standard input' is not an event of a journal, skipped",
                                 "note: event 3 of 'standard input' is truncated, skipped"});
}

TEST_CASE("a journal in UTF-16 is identified") {
  std::istringstream in(std::string("\xFF\xFE{\0\"\0", 6));
  Notes notes;
  CHECK_THROWS_WITH(Recording("-", in, notes.take()), "'standard input' is UTF-16, not UTF-8");
}

TEST_CASE("a HAR request whose body is missing or altered is skipped, and the reason is reported") {
  const auto har = [](const std::string& request) {
    return R"({"log":{"entries":[{"request":{"method":"POST","url":"http://a/",)" + request + "}}]}}";
  };
  struct Entry {
    std::string request, gap;
  };
  const std::string length_45 = R"("headers":[{"name":"content-length","value":"45"}])";
  const Entry entries[] = {
      {R"("bodySize":45)", "the HAR holds no body: bodySize 45, no postData.text"},
      {length_45, "the HAR holds no body: Content-Length 45, no postData.text"},
      {R"("postData":{"mimeType":"a/b","params":[]})", "the HAR holds no body: no postData.text"},
      {R"("bodySize":9,"postData":{"text":"{}"})",
       "the HAR holds another body: bodySize 9, but postData.text has 2 bytes"},
      {R"("bodySize":2,"postData":{"text":"\ufffd\ufffd"})",
       "the HAR holds another body: bodySize 2, but postData.text has 6 bytes, with U+FFFD in place of "
       "bytes"},
      {R"("postData":{"text":"a\ufffd"})", "the HAR holds U+FFFD in place of bytes of the body"},
      {R"("postData":{"text":"?","encoding":"base64"})", "postData.text is marked as Base64, but isn't"},
      // These are complete.
      {R"("bodySize":0)", ""},
      {R"("bodySize":0,"postData":{"text":"{}"})", ""},
      {R"("bodySize":-1,"postData":{"text":"{}"})", ""},
      {R"("bodySize":3,"postData":{"text":"\ufffd"})", "the HAR holds U+FFFD in place of bytes of the body"},
      {R"("bodySize":3,"postData":{"text":"77+9","encoding":"base64"})", ""},
      {R"("bodySize":3,"postData":{"text":"/////w==","encoding":"base64"})",
       "the HAR holds another body: bodySize 3, but postData.text has 4 bytes"},
      {R"("bodySize":4,"postData":{"text":"/////w==","encoding":"base64"})", ""},
      {R"("bodySize":99,"headers":[{"name":"Content-Length","value":"2"}],"postData":{"text":"{}"})", ""},
  };
  for (const Entry& entry : entries) {
    CAPTURE(entry.request);
    std::istringstream in(har(entry.request));
    Notes notes;
    Recording recording("-", in, notes.take());
    CHECK(bodies_of(recording).size() == (entry.gap.empty() ? 1 : 0));
    CHECK(recording.incomplete() == (entry.gap.empty() ? 0 : 1));
    const auto note = "note: request 1 of 'standard input' skipped: " + entry.gap;
    CHECK(notes.lines == (entry.gap.empty() ? std::vector<std::string>{} : std::vector<std::string>{note}));
  }
}

TEST_CASE("events are found by the beginning of their IDs, and an ambiguous beginning is an error") {
  const auto find = [](const std::vector<std::string>& ids) {
    std::istringstream in(line_of(1) + line_of(2));
    Recording recording("-", in, [](std::string_view) {});
    return find_events(ids, recording);
  };
  const auto found = find({"0000000000000002"});
  REQUIRE(found.size() == 1);
  CHECK(found[0].request.body == two_bodies[1]);
  CHECK(find({"0000000000000002", "0000000000000001"})[0].request.body ==
        two_bodies[0]);  // in the order of the recording
  CHECK_THROWS_AS(find({"000000"}), Error);
  CHECK_THROWS_AS(find({"00000"}), Error);
  CHECK_THROWS_AS(find({"cccccc"}), Error);
}
