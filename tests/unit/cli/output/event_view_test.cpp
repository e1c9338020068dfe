#include "output/event_view.h"

#include <stdlib.h>
#include <time.h>

#include "base/columns.h"
#include "base/visible.h"
#include "check/session.h"
#include "signing/signed_request.h"
#include "support/catch.hpp"
#include "support/corpora.h"

using namespace alohook;

namespace {

const Palette uncolored(false);

/// Sets the local time zone to UTC for its lifetime.
class InUtc {
 public:
  InUtc() {
    if (const char* value = ::getenv("TZ")) before_ = value;
    ::setenv("TZ", "UTC0", 1);
    ::tzset();
  }
  ~InUtc() {
    if (before_) {
      ::setenv("TZ", before_->c_str(), 1);
    } else {
      ::unsetenv("TZ");
    }
    ::tzset();
  }
  InUtc(const InUtc&) = delete;
  InUtc& operator=(const InUtc&) = delete;

 private:
  std::optional<std::string> before_;
};

ReceivedEvent event() {
  ReceivedEvent e;
  e.id = "00112233445566aa";
  e.received_at = parse_iso8601("2026-11-23T17:00:05.123Z").value();
  e.remote = "127.0.0.1:40000";
  e.request = {
      "POST", "/hooks?x=1", {{"Host", "localhost"}, {"X-Empty", ""}}, R"({"type":"action_created"})"};
  e.type = "action_created";
  e.verification = {Verdict::valid, Encoding::v0, 1, 3, {}};
  e.status = 200;
  e.took = std::chrono::microseconds{420};
  return e;
}

std::string arrival(const ReceivedEvent& e, const EventView& view = {}) {
  const InUtc utc;
  return show_arrival(e, view, uncolored);
}

std::string response(const ReceivedEvent& e, const EventView& view = {}) {
  const InUtc utc;
  return show_response(e, view, uncolored);
}

/// Returns an event that was rejected, with the cause that was found.
ReceivedEvent rejected() {
  ReceivedEvent e = event();
  e.verification = {Verdict::invalid, Encoding::v0, {}, 3, {}};
  e.causes = {
      {"body-reserialised", "The signature covers a copy of the body.", "the MAC fits a copy", {}, true}};
  e.status = 401;
  return e;
}

EventView terminal(std::size_t width, std::size_t rows, EventOutput output = EventOutput::pretty) {
  EventView view;
  view.output = output;
  view.is_remembered = true;
  view.width = width;
  view.rows = rows;
  return view;
}

std::size_t rows_of(const std::string& text) {
  return static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
}

}  // namespace

TEST_CASE("an event is a line when it arrives, its body, and a line with the response, linked by the ID") {
  CHECK(arrival(event()) ==
        "17:00:05 → action_created             00112233  ✓ valid\n"
        "    {\n"
        "      \"type\": \"action_created\"\n"
        "    }\n");
  CHECK(response(event()) == "17:00:05 ← 200 OK                     00112233  ✓ 0.42 ms\n");
}

TEST_CASE("a compact event has no body, a full one has headers and the complete body") {
  CHECK(arrival(event(), terminal(80, 24, EventOutput::compact)) ==
        "17:00:05 → action_created             00112233  ✓ valid\n");
  ReceivedEvent e = event();
  e.request.body = "[" + std::string(5000, '1') + R"(,"a","b","c","d","e","f","g","h","i","j","k","l"])";
  const std::string full = arrival(e, terminal(80, 24, EventOutput::full));
  CHECK_THAT(full,
             ContainsSubstring("\n    v0, 3 s old · POST /hooks?x=1 · 5050 bytes from 127.0.0.1:40000\n") &&
                 ContainsSubstring("    Host: localhost\n    X-Empty: \n    [\n") &&
                 ContainsSubstring(std::string(5000, '1')) && ContainsSubstring("\"l\"\n"));
}

TEST_CASE("a body never takes up more than half of the terminal, and the rest can be shown with a command") {
  ReceivedEvent e = event();
  e.request.body = R"({"type":"action_created","a":{"b":1,"c":2,"d":3,"e":4,"f":5,"g":6,"h":7,"i":8},"j":9})";
  const std::string shown = arrival(e, terminal(80, 24));
  CHECK(rows_of(shown) + 1 == 12);  // including the line of the response
  CHECK_THAT(shown, ContainsSubstring(
                        "        \"f\": 5,\n        …\n    }   … 5 more lines: alohook show 00112233\n"));
  for (const std::size_t rows : {2, 5, 10, 24, 50}) {
    CAPTURE(rows);
    CHECK(rows_of(arrival(e, terminal(80, rows))) <= std::max<std::size_t>(rows / 2, 4));
  }
  CHECK(rows_of(arrival(e)) == 15);  // in a pipe
}

TEST_CASE("no line is wider than the terminal, and ID and verdict are complete") {
  ReceivedEvent e = event();
  e.type = "action_created_with_a_very_long_name_indeed";
  e.request.body = R"({"type":")" + std::string(300, 'x') +
                   R"(","漏水漏水漏水漏水漏水漏水漏水漏水漏水漏水漏水":"漏水漏水漏水漏水"})";
  e.forward = Forwarding{"http://127.0.0.1:3000/", {}};
  e.forward->exchange.response = Response{500, std::string(100, 'R'), {}, std::string(500, 'y')};
  for (const Verdict verdict :
       {Verdict::valid, Verdict::invalid, Verdict::stale, Verdict::future, Verdict::missing_signature,
        Verdict::missing_timestamp, Verdict::malformed_signature, Verdict::malformed_timestamp}) {
    e.verification.verdict = verdict;
    if (verdict == Verdict::invalid) e.causes = rejected().causes;
    for (const std::size_t width : {40, 60, 80, 120}) {
      for (const EventOutput output : {EventOutput::pretty, EventOutput::compact}) {
        const std::string text =
            arrival(e, terminal(width, 24, output)) + response(e, terminal(width, 24, output));
        CAPTURE(width, text);
        for (const std::string& line : split_text(text, '\n')) CHECK(columns_of(line) <= width);
        CHECK_THAT(text, ContainsSubstring("  00112233  " +
                                           std::string(verdict == Verdict::valid ? "✓" : "✗") + " "));
      }
    }
  }
}

TEST_CASE("each verdict has its own mark and words, with a short reason") {
  struct Row {
    Verification verification;
    std::string words;
  };
  const Row row = GENERATE(values<Row>({
      {{Verdict::stale, Encoding::v0, 1, 86'400, {}},
       "✗ signature expired: sent 1 day ago, the limit is 5 min"},
      {{Verdict::future, Encoding::v0, 1, -400, {}}, "✗ timestamp in the future: sent 7 min in the future"},
      {{Verdict::future, Encoding::v0, 1, -1'793'661'343'200, {}},
       "sent 56,000 years in the future (milliseconds?)"},
      {{Verdict::missing_signature, {}, {}, {}, {}}, "✗ signature missing"},
      {{Verdict::missing_timestamp, {}, {}, {}, {}}, "✗ timestamp missing"},
      {{Verdict::malformed_signature, {}, {}, {}, "twice \x1b"}, "✗ signature malformed: twice \\x1b"},
      {{Verdict::malformed_timestamp, {}, {}, {}, {}}, "✗ timestamp malformed"},
  }));
  ReceivedEvent e = event();
  e.verification = row.verification;
  CHECK_THAT(arrival(e), ContainsSubstring(row.words + "\n"));
  CHECK_THAT(arrival(e), !ContainsSubstring("\"type\""));  // the body of the rejected event
}

TEST_CASE("a rejected event shows its cause instead of its body, and how to learn more") {
  CHECK(arrival(rejected(), terminal(80, 24)) ==
        "17:00:05 → action_created             00112233  ✗ signature invalid\n"
        "    cause: body-reserialised\n"
        "      The signature covers a copy of the body.\n"
        "      the MAC fits a copy\n"
        "    alohook show 00112233 explains it\n");
  CHECK(arrival(rejected(), terminal(120, 24, EventOutput::compact)) ==
        "17:00:05 → action_created             00112233  ✗ signature invalid: the signature covers a copy of "
        "the body\n"
        "                                                alohook show 00112233 explains it\n");
  CHECK(response(rejected()) == "17:00:05 ← 401 Unauthorized           00112233  0.42 ms\n");
}

TEST_CASE("a probe by alohook is marked, and its rejection isn't highlighted as a problem") {
  ReceivedEvent e = rejected();
  e.request.headers.push_back({std::string(check_header), "1"});
  CHECK(arrival(e) ==
        "17:00:05 → action_created             00112233  ✗ signature invalid  a probe by alohook\n");
  const Palette paint(true);
  CHECK_THAT(show_arrival(e, {}, paint), !ContainsSubstring(paint(Style::bad, "✗ signature invalid")));
  CHECK_THAT(show_arrival(rejected(), {}, paint),
             ContainsSubstring(paint(Style::bad, "✗ signature invalid")));
}

TEST_CASE("a fault is shown next to the status, and never as a success") {
  ReceivedEvent e = event();
  e.fault = "reset";
  CHECK(response(e) == "17:00:05 ← 200 reset                  00112233  0.42 ms\n");
}

TEST_CASE("headers are shown on request, with their order and case") {
  EventView view;
  view.with_headers = true;
  CHECK_THAT(arrival(event(), view),
             ContainsSubstring("127.0.0.1:40000\n    Host: localhost\n    X-Empty: \n    {\n"));
  CHECK(show_headers({{"a", "1"}, {"A", "2"}}, "> ", uncolored) == "> a: 1\n> A: 2\n");
}

TEST_CASE("an unusual type is shown with an explanation") {
  const auto line_of = [](std::optional<std::string> type) {
    ReceivedEvent e = event();
    e.type = std::move(type);
    return arrival(e);
  };
  CHECK_THAT(line_of("action_status_updated"),
             ContainsSubstring("→ action_status_updated      00112233  ✓ valid\n"));
  CHECK_THAT(line_of("action_status_changed"),
             ContainsSubstring("✓ valid  alias of action_status_updated\n"));
  CHECK_THAT(line_of("\x1b[31m\n"),
             ContainsSubstring("→ \\x1b[31m\\n ") && ContainsSubstring("✓ valid  unknown type\n"));
  CHECK_THAT(line_of(std::nullopt), ContainsSubstring("→ (no type) ") && !ContainsSubstring("unknown"));
}

TEST_CASE("the second of several secrets is named") {
  ReceivedEvent e = event();
  e.verification.secret = 2;
  CHECK_THAT(arrival(e), ContainsSubstring("✓ valid  secret 2\n"));
}

TEST_CASE("the response of a failing target is shown on the line of the response") {
  ReceivedEvent e = event();
  e.status = 500;
  e.forward = Forwarding{"http://127.0.0.1:3000/hooks", {}};
  e.forward->exchange.response =
      Response{500, "Internal Server Error", {{"X-Why", "because"}}, "one\ntwo\nthree"};
  EventView view;
  CHECK(response(e, view) == "17:00:05 ← 500 Internal Server Error  00112233  0.42 ms  one\n");
  e.forward->exchange.response->body =
      "<html><head><title>NoMethodError in Hooks#create</title></head><body>…";
  CHECK_THAT(response(e, view), ContainsSubstring("0.42 ms  NoMethodError in Hooks#create\n"));
  view.with_headers = true;
  CHECK_THAT(response(e, view), ContainsSubstring("create\n    X-Why: because\n    <html>"));
  e.status = e.forward->exchange.response->status = 200;
  e.forward->exchange.response->reason = "OK";
  view.with_headers = false;
  CHECK(response(e, view) == "17:00:05 ← 200 OK                     00112233  ✓ 0.42 ms\n");
  view.has_several_targets = true;
  CHECK_THAT(response(e, view), ContainsSubstring("✓ 0.42 ms  http://127.0.0.1:3000/hooks"));
}

TEST_CASE("why an event couldn't be forwarded is shown on the line of the response, without hostile bytes") {
  ReceivedEvent e = event();
  e.status = 502;
  e.forward = Forwarding{"http://127.0.0.1:3000/", {}};
  e.forward->exchange.error.kind = SendError::Kind::refused;
  e.forward->exchange.error.detail = "connection refused\x1b[2J";
  CHECK(response(e) ==
        "17:00:05 ← 502 Bad Gateway            00112233  0.42 ms  no response: connection refused\\x1b[2J\n");
  e.forward->exchange.response = Response{500, "\x1b]0;x", {{"\x1b", "\x07"}}, "\x1b[2J\xff"};
  EventView view;
  view.with_headers = true;
  for (const std::string& line : split_text(response(e, view), '\n')) CHECK(is_plain(line));
}

TEST_CASE("an event that wasn't forwarded, or that a web page sent, is marked so, with the flag to use") {
  ReceivedEvent e = rejected();
  e.is_withheld = true;
  CHECK_THAT(response(e),
             ContainsSubstring("0.42 ms  not forwarded: it didn't verify (--forward-all forwards it)\n"));
  e.is_withheld = false;
  e.is_from_page = true;
  CHECK_THAT(response(e), ContainsSubstring("0.42 ms  a web page sent this (--allow-browser accepts it)\n"));
}

TEST_CASE("a replay is one line with its outcome") {
  const InUtc utc;
  Exchange exchange;
  exchange.response = Response{200, "OK", {}, {}};
  exchange.elapsed = std::chrono::microseconds{3100};
  CHECK(show_replay("00112233445566aa", event().received_at, "http://127.0.0.1:3000/", exchange, {},
                    uncolored) ==
        "17:00:05 ⇢ 200 OK                     00112233  replayed to http://127.0.0.1:3000/ in 3.1 ms\n");
  exchange.response.reset();
  exchange.error.detail = "connection refused";
  CHECK_THAT(
      show_replay("00112233445566aa", event().received_at, "http://127.0.0.1:3000/", exchange, {}, uncolored),
      ContainsSubstring("⇢ no response ") && ContainsSubstring(": connection refused\n"));
}

TEST_CASE("hostile bytes in any field are made visible") {
  const std::string hostile = "\x1b]0;x\x07\r\n\xe2\x80\xae\xff";
  ReceivedEvent e = event();
  e.request = {hostile, "/" + hostile, {{"X", hostile}, {hostile, "x"}}, hostile};
  e.type = hostile;
  e.verification.detail = hostile;
  e.causes = {{hostile, hostile, hostile, {}, true}};
  for (const Verdict verdict : {Verdict::valid, Verdict::invalid, Verdict::malformed_signature}) {
    e.verification.verdict = verdict;
    for (const std::size_t width : {0, 40, 80}) {
      const std::string text =
          arrival(e, terminal(width, 24, EventOutput::full)) + arrival(e, terminal(width, 24)) + response(e);
      for (const std::string& line : split_text(text, '\n')) CHECK(is_plain(line));
    }
  }
}

TEST_CASE("color doesn't change the text") {
  const InUtc utc;
  const Palette paint(true);
  std::string bare;
  const std::string colored =
      show_arrival(rejected(), terminal(80, 24), paint) + show_response(rejected(), {}, paint);
  for (std::size_t i = 0; i < colored.size(); ++i) {
    if (colored[i] == '\x1b') {
      i = colored.find('m', i);
    } else {
      bare += colored[i];
    }
  }
  CHECK(colored != bare);
  CHECK(bare == arrival(rejected(), terminal(80, 24)) + response(rejected()));
}
