#include "output/event_view.h"

#include <stdlib.h>
#include <time.h>

#include "base/visible.h"
#include "signing/signed_request.h"
#include "support/catch.hpp"
#include "support/corpora.h"

using namespace alohook;

namespace {

const Palette plain(false);

/// Local time is UTC while this lives.
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

std::string show(const ReceivedEvent& e, bool with_headers = false) {
  const InUtc utc;
  return show_event(e, {.body = {}, .with_headers = with_headers}, plain);
}

}  // namespace

TEST_CASE("an event is a line of facts, a line of circumstances, and its body") {
  CHECK(show(event()) ==
        "17:00:05 → action_created  ✓ signature valid  200  0.42 ms  00112233\n"
        "    v0, secret 1, 3 s old · POST /hooks?x=1 · 25 bytes from 127.0.0.1:40000\n"
        "    {\n"
        "      \"type\": \"action_created\"\n"
        "    }\n"
        "\n");
}

TEST_CASE("a fault is shown beside the status, and never as a success") {
  ReceivedEvent e = event();
  e.fault = "reset";
  CHECK_THAT(show(e), ContainsSubstring("  ✓ signature valid  200 reset  0.42 ms  "));
  const Palette paint(true);
  CHECK_THAT(show_event(e, {}, paint), ContainsSubstring(paint(Style::bad, "200 reset")));
}

TEST_CASE("headers are shown when asked for, in their order and case") {
  CHECK_THAT(show(event(), true),
             ContainsSubstring("127.0.0.1:40000\n    Host: localhost\n    X-Empty: \n    {\n"));
  CHECK(show_headers({{"a", "1"}, {"A", "2"}}, "> ", plain) == "> a: 1\n> A: 2\n");
}

TEST_CASE("each verdict has a mark and words of its own") {
  const auto [verdict, words] = GENERATE(table<Verdict, std::string>({
      {Verdict::valid, "✓ signature valid"},
      {Verdict::invalid, "✗ signature invalid"},
      {Verdict::stale, "✗ signature stale"},
      {Verdict::future, "✗ signature future"},
      {Verdict::missing_signature, "✗ signature missing"},
      {Verdict::missing_timestamp, "✗ timestamp missing"},
      {Verdict::malformed_signature, "✗ signature malformed"},
      {Verdict::malformed_timestamp, "✗ timestamp malformed"},
  }));
  ReceivedEvent e = event();
  e.verification.verdict = verdict;
  CHECK_THAT(show(e), ContainsSubstring("  " + words + "  "));
}

TEST_CASE("what is not known about a signature is left out") {
  ReceivedEvent e = event();
  e.verification = {Verdict::missing_signature, {}, {}, {}, {}};
  CHECK_THAT(show(e), ContainsSubstring("\n    POST /hooks?x=1 · 25 bytes"));
  e.verification = {Verdict::future, Encoding::base64, 2, -301, {}};
  CHECK_THAT(show(e), ContainsSubstring("\n    base64, secret 2, 301 s ahead · POST"));
  e.verification = {Verdict::malformed_signature, {}, {}, {}, "twice \x1b"};
  CHECK_THAT(show(e), ContainsSubstring("\n    twice \\x1b · POST"));
}

TEST_CASE("a type is shown with what is to be known of it") {
  const auto lines_of = [](std::optional<std::string> type) {
    ReceivedEvent e = event();
    e.type = std::move(type);
    return show(e);
  };
  CHECK_THAT(lines_of("action_status_updated"),
             ContainsSubstring("→ action_status_updated  ✓") && ContainsSubstring("\n    v0, secret 1"));
  CHECK_THAT(lines_of("action_status_changed"),
             ContainsSubstring("→ action_status_changed  ✓") &&
                 ContainsSubstring("\n    alias of action_status_updated · v0, secret 1"));
  CHECK_THAT(lines_of("webhook_url_validation"),
             ContainsSubstring("\n    alias of webhook_url_verification · v0"));
  CHECK_THAT(lines_of("\x1b[31m\n"),
             ContainsSubstring("→ \\x1b[31m\\n  ✓") && ContainsSubstring("\n    unknown type · v0"));
  CHECK_THAT(lines_of(std::nullopt), ContainsSubstring("→ (no type)  ✓") && !ContainsSubstring("unknown"));
}

TEST_CASE("what the server said that an event was forwarded to is shown under the event") {
  ReceivedEvent e = event();
  e.status = 422;
  e.forward = Forwarding{"http://127.0.0.1:3000/hooks", {}};
  e.forward->exchange.response =
      Response{422, "Nope", {{"X-Why", "because"}}, "one\ntwo\nthree\nfour\nfive\nsix\nseven"};
  e.forward->exchange.elapsed = std::chrono::microseconds{3100};
  CHECK_THAT(show(e),
             ContainsSubstring("127.0.0.1:40000\n    ⇢ http://127.0.0.1:3000/hooks  422 Nope  3.1 ms\n"
                               "      one\n      two\n"));
  CHECK_THAT(show(e), !ContainsSubstring("seven") && !ContainsSubstring("because"));
  CHECK_THAT(show(e, true), ContainsSubstring("3.1 ms\n      X-Why: because\n      one\n"));
  e.forward->exchange.response->reason.clear();
  e.forward->exchange.response->body.clear();
  CHECK_THAT(show(e), ContainsSubstring("/hooks  422  3.1 ms\n    {\n"));
}

TEST_CASE("why an event could not be forwarded is shown under it, without hostile bytes") {
  ReceivedEvent e = event();
  e.forward = Forwarding{"http://127.0.0.1:3000/", {}};
  e.forward->exchange.obstacle = Obstacle::refused;
  e.forward->exchange.detail = "nobody listens\x1b[2J";
  CHECK_THAT(show(e),
             ContainsSubstring("    ⇢ http://127.0.0.1:3000/  ✗ no answer  nobody listens\\x1b[2J\n"));
  e.forward->exchange.response = Response{500, "\x1b]0;x", {{"\x1b", "\x07"}}, "\x1b[2J\xff"};
  for (const std::string& line : split(show(e, true), '\n')) CHECK(is_plain(line));
}

TEST_CASE("hostile bytes in any field are made visible") {
  const std::string hostile = "\x1b]0;x\x07\r\n\xe2\x80\xae\xff";
  ReceivedEvent e = event();
  e.request = {hostile, "/" + hostile, {{"X", hostile}, {hostile, "x"}}, hostile};
  e.type = hostile;
  e.verification.detail = hostile;
  for (const std::string& line : split(show(e, true), '\n')) CHECK(is_plain(line));
}

TEST_CASE("colour does not change the words") {
  const InUtc utc;
  const std::string coloured = show_event(event(), {.body = {}, .with_headers = true}, Palette(true));
  std::string bare;
  for (std::size_t i = 0; i < coloured.size(); ++i) {
    if (coloured[i] == '\x1b') {
      i = coloured.find('m', i);
    } else {
      bare += coloured[i];
    }
  }
  CHECK(coloured != bare);
  CHECK(bare == show(event(), true));
}
