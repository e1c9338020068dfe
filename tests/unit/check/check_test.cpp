#include "check/check.h"

#include <algorithm>
#include <functional>
#include <map>
#include <set>

#include "base/codec.h"
#include "base/crypto.h"
#include "base/random.h"
#include "events/challenge.h"
#include "events/event_type.h"
#include "json/json_text.h"
#include "support/catch.hpp"
#include "support/world.h"

using namespace alohook;

namespace {

const Secret run_secret("in-process-41f0a9d2c7b6");
const Time run_time = *parse_iso8601("2026-11-23T17:00:00.123Z");

/// How this test's receiver verifies and responds. Each defect replaces one part of it.
struct Parts {
  std::function<std::string(const std::string& body)> signed_form = [](const std::string& body) {
    return body;
  };
  std::function<std::string(const std::string& timestamp, const std::string& body)> base =
      [](const std::string& timestamp, const std::string& body) { return "v0:" + timestamp + ":" + body; };
  std::function<bool(const std::string& given, const std::string& right)> equal =
      [](const std::string& given, const std::string& right) { return given == right; };
  bool checks_age = true;
  std::string key = std::string(run_secret.bytes());
  Encoding encoding = Encoding::v0;
  Response refusal{.status = 403, .body = "not authentic\n"};
  bool answers_challenges = true;
  int unknown_status = 200;
};

/// Implemented independently of `receive`, so that the two check each other.
Response answer_of(const Parts& parts, const Request& request) {
  const auto timestamp = header_value(request.headers, "X-ALO-Request-Timestamp");
  const auto signature = header_value(request.headers, "X-ALO-Signature");
  if (request.method != "POST") return {.status = 405};
  if (!timestamp || !signature) return parts.refusal;
  const auto trimmed = [](std::string_view text) {
    text.remove_prefix(std::min(text.find_first_not_of(" \t"), text.size()));
    return std::string(text.substr(0, text.find_last_not_of(" \t") + 1));
  };
  const std::string time = trimmed(*timestamp);
  const auto seconds = parse_timestamp(time);
  if (parts.checks_age && (!seconds || std::abs(unix_seconds(run_time) - *seconds) > 300))
    return parts.refusal;
  const std::string digest =
      hmac(HashAlgorithm::sha256, parts.key, {parts.base(time, parts.signed_form(request.body))});
  Sha256 right;
  std::copy(digest.begin(), digest.end(), right.begin());
  if (!parts.equal(trimmed(*signature), encode(right, parts.encoding))) return parts.refusal;
  if (const auto challenge = challenge_in(request.body); challenge && parts.answers_challenges) {
    return challenge_answer(*challenge);
  }
  const auto type = event_type_of(request.body);
  const bool is_known = type && find_event_type(*type) != nullptr;
  return {.status = is_known ? 200 : parts.unknown_status, .body = "ok\n"};
}

Answer receiver(Parts parts) {
  return [parts = std::move(parts)](const Request& request) {
    return always(answer_of(parts, request))(request);
  };
}

struct Judged {
  CheckRun run;
  std::vector<Request> sent;

  std::set<std::string> failed(Severity least) const {
    std::set<std::string> ids;
    for (const CheckOutcome& outcome : run.outcomes) {
      if (outcome.result == CheckResult::fail && outcome.severity <= least) ids.insert(outcome.id);
    }
    return ids;
  }
  const CheckOutcome& operator[](std::string_view id) const {
    return *std::find_if(run.outcomes.begin(), run.outcomes.end(),
                         [&](const auto& outcome) { return outcome.id == id; });
  }
  std::string cause(std::string_view id) const {
    const auto& causes = (*this)[id].causes;
    return causes.empty() ? "" : causes.front().id;
  }
};

CheckSettings settings() {
  return {.url = "http://127.0.0.1:1/hooks",
          .host = "127.0.0.1",
          .target = "/hooks",
          .secret = run_secret,
          .secret_text = "secret 1"};
}

Judged judge(const Answer& answer, const CheckSettings& chosen = settings()) {
  Judged judged;
  int id = 0;
  const auto transport = [&](const Request& request) {
    judged.sent.push_back(request);
    return answer(request);
  };
  const CheckWorld world{.connect = [&] { return Transport(transport); },
                         .wire = [&](const Request& request, WireForm) { return transport(request); },
                         .now = [] { return run_time; },
                         .sleep = [](std::chrono::milliseconds) {},
                         .make_uuid = [&id] { return std::to_string(1'000'000 + ++id); }};
  judged.run = run_checks(chosen, world);
  return judged;
}

using Ids = std::set<std::string>;

std::string without_white_space(const std::string& body) {
  const auto begin = body.find_first_not_of(" \r\n\t"), end = body.find_last_not_of(" \r\n\t");
  return begin == std::string::npos ? "" : body.substr(begin, end - begin + 1);
}

}  // namespace

TEST_CASE("a correct receiver passes every check in each encoding", "[check]") {
  for (const Encoding encoding : {Encoding::v0, Encoding::hex, Encoding::base64}) {
    Parts parts;
    parts.encoding = encoding;
    const Judged judged = judge(receiver(parts));
    CHECK(judged.failed(Severity::may) == Ids{});
    CHECK(judged.run.encoding == encoding);
    CHECK_FALSE(judged.run.is_encoding_given);
    CHECK(count(judged.run).inconclusive == 0);
    CHECK(verdict_of(judged.run, Severity::should) == CheckVerdict::right);
  }
}

TEST_CASE("the receiver behind alohook listen passes all required checks", "[check]") {
  const Judged judged =
      judge(right_receiver({.secrets = {run_secret}, .verification = {}, .path = {}}, run_time));
  CHECK(judged.failed(Severity::must) == Ids{});
  // It accepts any method.
  CHECK(judged.failed(Severity::should) == Ids{"method-not-post"});
}

TEST_CASE("any 4xx counts as a rejection of an invalid signature", "[check]") {
  for (const int status : {400, 401, 403, 404, 422}) {
    Parts parts;
    parts.refusal.status = status;
    CHECK(judge(receiver(parts)).failed(Severity::should) == Ids{});
  }
}

TEST_CASE("a receiver that accepts everything fails each rejection check, with a likely reason", "[check]") {
  const Judged judged = judge(always({.status = 200, .body = "ok"}));
  const Ids failed = judged.failed(Severity::must);
  for (const char* id :
       {"reject-no-signature", "reject-no-timestamp", "reject-tampered-body", "reject-wrong-secret",
        "reject-weak-secret", "reject-truncated", "reject-stale", "challenge-echo", "challenge-unsigned"}) {
    CHECK(failed.count(id) == 1);
  }
  CHECK(failed.count("accept-valid") == 0);
  REQUIRE(judged.run.notes.size() == 1);
  CHECK_THAT(judged.run.notes[0], ContainsSubstring("2xx even to badly signed requests"));
}

TEST_CASE("a receiver that rejects with status 200 is checked by whether it echoes the challenge",
          "[check]") {
  Parts parts;
  parts.refusal = {.status = 200, .body = "ok\n"};
  const Judged judged = judge(receiver(parts));
  CHECK(judged.failed(Severity::should) == Ids{});
  REQUIRE(judged.run.notes.size() == 1);
  CHECK_THAT(judged.run.notes[0], ContainsSubstring("always responds with 2xx"));
  parts.checks_age = false;
  CHECK(judge(receiver(parts)).failed(Severity::must).count("reject-stale") == 1);
}

TEST_CASE("a receiver that rejects everything fails accept-valid, and its rejections prove nothing",
          "[check]") {
  const Judged judged = judge(always({.status = 401}));
  CHECK(judged.failed(Severity::must) == Ids{"accept-valid"});
  CHECK(judged["reject-no-signature"].result == CheckResult::inconclusive);
  CHECK(judged["raw-newlines"].result == CheckResult::inconclusive);
  CHECK(judged["accept-valid"].causes.empty());
  CHECK(verdict_of(judged.run, Severity::must) == CheckVerdict::wrong);
}

TEST_CASE("whatever changes a body before it is verified is identified", "[check]") {
  struct Change {
    const char* cause;
    const char* raw_check;
    Ids checks;
    std::function<std::string(const std::string&)> apply;
  };
  const Change changes[] = {
      {"body-newlines", "raw-newlines", {"raw-newlines", "reject-tampered-body"}, without_white_space},
      {"body-charset",
       "raw-unicode",
       {"raw-unicode", "raw-keys"},
       [](const std::string& body) {
         std::string out;
         for (const char c : body) append_utf8(out, static_cast<unsigned char>(c));
         return out;
       }},
      {"body-altered",
       "raw-escaped-slash",
       {"raw-escaped-slash"},
       [](std::string body) {
         for (std::size_t at; (at = body.find("\\/")) != std::string::npos;) body.erase(at, 1);
         return body;
       }},
  };
  for (const Change& change : changes) {
    Parts parts;
    parts.signed_form = change.apply;
    const Judged judged = judge(receiver(parts));
    CHECK(judged.failed(Severity::should) == change.checks);
    CHECK(judged.cause(change.raw_check) == change.cause);
  }
}

TEST_CASE("an incorrect construction or key is identified by accept-valid", "[check]") {
  struct Defect {
    const char* cause;
    std::function<void(Parts&)> apply;
  };
  const Defect defects[] = {
      {"body-only", [](Parts& p) { p.base = [](auto&, auto& body) { return body; }; }},
      {"other-template", [](Parts& p) { p.base = [](auto& time, auto& body) { return time + "." + body; }; }},
      {"body-missing", [](Parts& p) { p.signed_form = [](auto&) { return std::string(); }; }},
      {"body-base64", [](Parts& p) { p.signed_form = [](auto& body) { return base64_encode(body); }; }},
      {"secret-whitespace", [](Parts& p) { p.key += "\n"; }},
      {"secret-decoded", [](Parts& p) { p.key = base64_encode(p.key); }},
      {"secret-prefix", [](Parts& p) { p.key = "whsec_" + p.key; }},
      {"timestamp-form",
       [](Parts& p) { p.base = [](auto& time, auto& body) { return "v0:" + time + "000:" + body; }; }},
      {"other-encoding",
       [](Parts& p) {
         p.equal = [](auto& given, auto& right) { return given == "sha256=" + right.substr(3); };
       }},
  };
  for (const Defect& defect : defects) {
    INFO(defect.cause);
    Parts parts;
    defect.apply(parts);
    const Judged judged = judge(receiver(parts));
    CHECK(judged.failed(Severity::must).count("accept-valid") == 1);
    CHECK(judged.cause("accept-valid") == defect.cause);
    CHECK_FALSE(judged["accept-valid"].causes.front().fixes.empty());
  }
}

TEST_CASE("each check detects its own defect and no other", "[check]") {
  struct Defect {
    Ids checks;
    std::function<void(Parts&)> apply;
  };
  const Defect defects[] = {
      {{"reject-truncated", "reject-no-signature"},
       [](Parts& p) {
         p.equal = [](auto& given, auto& right) { return right.substr(0, given.size()) == given; };
       }},
      {{"reject-sloppy-format"},
       [](Parts& p) {
         p.equal = [](auto& given, auto& right) { return given.substr(0, right.size()) == right; };
       }},
      {{"reject-stale", "reject-future", "reject-no-timestamp", "reject-bad-timestamp"},
       [](Parts& p) { p.checks_age = false; }},
      {{"challenge-echo"}, [](Parts& p) { p.answers_challenges = false; }},
      {{"unknown-event"}, [](Parts& p) { p.unknown_status = 422; }},
      {{"no-stack-trace"},
       [](Parts& p) { p.refusal.body = "Error: no\n    at verify (/srv/app/verify.js:12:34)\n"; }},
      {{"no-secret-leak"},
       [](Parts& p) { p.refusal.body = "the key is " + std::string(run_secret.bytes()); }},
  };
  for (const Defect& defect : defects) {
    INFO(*defect.checks.begin());
    Parts parts;
    defect.apply(parts);
    CHECK(judge(receiver(parts)).failed(Severity::should) == defect.checks);
  }
}

TEST_CASE("a receiver that returns the expected signature fails", "[check]") {
  Parts parts;
  const Judged judged = judge([parts](const Request& request) {
    Response response = answer_of(parts, request);
    const auto time = header_value(request.headers, "X-ALO-Request-Timestamp");
    if (response.status == 403 && time)
      response.body = encode(mac(run_secret, *time, request.body), Encoding::v0);
    return always(response)(request);
  });
  CHECK(judged.failed(Severity::should) == Ids{"no-secret-leak"});
  for (const CheckOutcome& outcome : judged.run.outcomes) CHECK(outcome.got.find("v0=") == std::string::npos);
}

TEST_CASE("a receiver that deduplicates before verifying is detected", "[check]") {
  std::set<std::string> known;
  const Judged judged = judge([&known](const Request& request) {
    const auto at = request.body.find("alohook-check-");
    const std::string id = at == std::string::npos ? "" : request.body.substr(at, 21);
    if (known.count(id) == 1) return always({.status = 200})(request);
    const Response response = answer_of({}, request);
    if (response.status == 200 && !id.empty()) known.insert(id);
    return always(response)(request);
  });
  CHECK(judged.failed(Severity::should) == Ids{"forged-known-id"});
}

TEST_CASE("an unreachable receiver doesn't fail any check", "[check]") {
  for (const SendError::Kind kind : {SendError::Kind::refused, SendError::Kind::timed_out,
                                     SendError::Kind::closed, SendError::Kind::not_http}) {
    const Judged judged = judge(never(kind, "gone"));
    CHECK(judged.failed(Severity::may) == Ids{});
    CHECK_FALSE(judged.run.is_reachable);
    CHECK(judged.run.obstacle == "gone");
    CHECK(judged.sent.size() <= 4);
    CHECK(verdict_of(judged.run, Severity::must) == CheckVerdict::undecided);
  }
}

TEST_CASE("a receiver that dies mid-run fails with the request at which it died", "[check]") {
  int left = 60;
  const Judged judged = judge([&left](const Request& request) {
    if (--left > 0) return always(answer_of({}, request))(request);
    return never(SendError::Kind::refused, "gone")(request);
  });
  CHECK(judged.failed(Severity::may) == Ids{"accept-valid", "still-alive"});
  CHECK_THAT(judged["accept-valid"].reason, ContainsSubstring("stopped responding"));
  CHECK(judged["still-alive"].consequence_of == "accept-valid");
  CHECK(judged["raw-newlines"].result == CheckResult::inconclusive);
  CHECK(verdict_of(judged.run, Severity::must) == CheckVerdict::wrong);
  CHECK(judged.sent.size() < 80);
}

TEST_CASE("a receiver that hangs only at signed requests fails", "[check]") {
  const Judged judged = judge([](const Request& request) {
    if (!header_value(request.headers, "X-ALO-Signature")) return always({.status = 403})(request);
    return never(SendError::Kind::timed_out, "no answer within 5 s")(request);
  });
  CHECK(judged.failed(Severity::must).count("accept-valid") == 1);
  CHECK(judged.sent.size() < 20);
}

TEST_CASE("a receiver that hangs on invalid requests is still checked, within a few timeouts", "[check]") {
  int silences = 0;
  const Judged judged = judge([&silences](const Request& request) {
    const Response response = answer_of({}, request);
    if (response.status == 200) return always(response)(request);
    ++silences;
    return never(SendError::Kind::timed_out, "no answer within 5 s")(request);
  });
  CHECK(judged["accept-valid"].result == CheckResult::pass);
  CHECK(judged["raw-newlines"].result == CheckResult::pass);
  CHECK(judged["reject-no-signature"].result == CheckResult::fail);
  CHECK(judged["reject-no-signature"].severity == Severity::should);
  CHECK(silences <= 24);
}

TEST_CASE("the run waits after a 429 and doesn't count it as a failure", "[check]") {
  int count = 0;
  const Judged judged = judge([&count](const Request& request) {
    if (++count % 7 == 0) return always({.status = 429})(request);
    return always(answer_of({}, request))(request);
  });
  CHECK(judged.failed(Severity::may) == Ids{});
  CHECK(verdict_of(judge(always({.status = 429})).run, Severity::must) == CheckVerdict::undecided);
}

TEST_CASE("every body is new, inert and marked", "[check]") {
  const Judged judged = judge(receiver({}));
  int signed_events = 0;
  for (const Request& request : judged.sent) {
    CHECK(header_value(request.headers, "X-Alohook-Check").has_value());
    CHECK(request.target == "/hooks");
    const auto type = event_type_of(request.body);
    if (type && type->substr(0, 13) == "alohook.check") ++signed_events;
    CHECK((!type || type->substr(0, 13) == "alohook.check" || same_event(*type, challenge_type)));
  }
  CHECK(signed_events > 50);
  CHECK(judged.run.requests_sent == static_cast<int>(judged.sent.size()));
}

TEST_CASE("the number of signed events is known in advance", "[check]") {
  const int announced = plan_requests(settings(), run_time).signed_events;
  CHECK(std::abs(announced - judge(receiver({})).run.signed_events_sent) <= 2);
}

TEST_CASE("a user-supplied event is sent instead, with its bytes preserved", "[check]") {
  CheckSettings chosen = settings();
  chosen.event = "{\n  \"type\": \"action_created\",\n  \"n\": 1.0 }\n";
  chosen.choice.only = {"accept-valid"};
  Parts parts;
  parts.unknown_status = 422;
  const Judged judged = judge(receiver(parts), chosen);
  CHECK(judged.failed(Severity::may) == Ids{});
  CHECK(judged.sent.front().body.find("\n  \"type\": \"action_created\",\n  \"n\": 1.0 }\n") !=
        std::string::npos);
  CHECK(event_type_of(judged.sent.front().body) == "action_created");
}

TEST_CASE("a remote server gets at most five requests a second", "[check]") {
  CheckSettings chosen = settings();
  chosen.is_loopback = false;
  chosen.choice.only = {"raw-*"};
  std::chrono::milliseconds slept{0};
  int sent = 0, id = 0;
  const auto transport = [&](const Request& request) {
    ++sent;
    return always(answer_of({}, request))(request);
  };
  run_checks(chosen, {.connect = [&] { return Transport(transport); },
                      .wire = [&](const Request& request, WireForm) { return transport(request); },
                      .now = [] { return run_time; },
                      .sleep = [&](std::chrono::milliseconds time) { slept += time; },
                      .make_uuid = [&id] { return std::to_string(++id); }});
  // Each pause is what is left of 200 ms since the last request, and requests take almost no time here.
  CHECK(sent > 15);
  CHECK(slept.count() > 100 * sent);
}

TEST_CASE("a duplicate that is processed twice is detected", "[check]") {
  for (const bool is_idempotent : {true, false}) {
    std::set<std::string> known;
    std::int64_t effects = 0;
    int id = 0;
    const auto transport = [&](const Request& request) {
      const Response response = answer_of({}, request);
      if (response.status == 200 && (known.insert(request.body).second || !is_idempotent)) ++effects;
      return always(response)(request);
    };
    CheckSettings chosen = settings();
    chosen.choice.only = {"duplicate-delivery"};
    const CheckRun run =
        run_checks(chosen, {.connect = [&] { return Transport(transport); },
                            .wire = [&](const Request& request, WireForm) { return transport(request); },
                            .now = [] { return run_time; },
                            .sleep = [](std::chrono::milliseconds) {},
                            .make_uuid = [&id] { return std::to_string(++id); },
                            .count_effects = [&effects] { return std::optional(effects); }});
    REQUIRE(run.outcomes.size() == 1);
    CHECK(run.outcomes[0].result == (is_idempotent ? CheckResult::pass : CheckResult::fail));
  }
}

TEST_CASE("stress checks only run on request", "[check]") {
  CHECK(judge(receiver({}))["concurrency"].result == CheckResult::skip);
}

TEST_CASE("checks are selected by patterns", "[check]") {
  CHECK(matches_pattern("raw-*", "raw-newlines"));
  CHECK(matches_pattern("*-stale", "reject-stale"));
  CHECK(matches_pattern("ra?-numbers", "raw-numbers"));
  CHECK_FALSE(matches_pattern("raw", "raw-numbers"));
  CHECK_FALSE(matches_pattern("", "raw-numbers"));
  Ids ids;
  for (const CheckInfo& info : all_checks()) {
    CHECK(ids.insert(std::string(info.id)).second);
    CHECK_FALSE(info.title.empty());
    CHECK_FALSE(info.why.empty());
  }
}

TEST_CASE("a reproduction contains no signature", "[check]") {
  const Judged judged = judge(always({.status = 200, .body = "ok"}));
  for (const CheckOutcome& outcome : judged.run.outcomes) {
    if (!outcome.reproduction) continue;
    for (const std::string& command : outcome.reproduction->commands) {
      CHECK(command.find(std::string(run_secret.bytes())) == std::string::npos);
      for (const Request& request : judged.sent) {
        const auto time = header_value(request.headers, "X-ALO-Request-Timestamp");
        if (!time) continue;
        const std::string right = encode(mac(run_secret, *time, request.body), Encoding::hex);
        CHECK(command.find(right.substr(0, 40)) == std::string::npos);
      }
    }
  }
}

TEST_CASE("if something else rejects requests, it is identified, and no search for bugs is made", "[check]") {
  const Judged judged = judge(always({.status = 419, .body = "<title>Page Expired</title>"}));
  CHECK(judged.failed(Severity::must) == Ids{"accept-valid"});
  CHECK(judged.cause("accept-valid") == "csrf-filter");
  REQUIRE(judged.run.not_signature);
  CHECK(judged.run.not_signature->id == "csrf-filter");
  CHECK(judged["raw-newlines"].consequence_of == "accept-valid");
  CHECK(judged.sent.size() < 20);
}

TEST_CASE("a rejection by chance is counted and doesn't fail any check", "[check]") {
  for (const int every : {2, 3, 7, 16}) {
    INFO(every);
    int count = 0;
    const Judged judged = judge([&](const Request& request) {
      return always(++count % every == 0 ? Response{.status = 401} : answer_of({}, request))(request);
    });
    CHECK(judged.failed(Severity::may) == Ids{"accept-valid", "still-alive"});
    const auto& intermittent = judged["accept-valid"].intermittent;
    REQUIRE(intermittent);
    CHECK(intermittent->rejected > 0);
    CHECK(intermittent->sent > intermittent->rejected);
    CHECK_THAT(judged["accept-valid"].reason, ContainsSubstring("valid requests"));
  }
}

TEST_CASE("a MAC without its leading zeros is identified", "[check]") {
  Parts parts;
  parts.equal = [](auto& given, auto& right) {
    return given == "v0=" + right.substr(std::min(right.find_first_not_of('0', 3), right.size() - 1));
  };
  const Judged judged = judge(receiver(parts));
  REQUIRE(judged["accept-valid"].causes.size() == 1);
  CHECK(judged["accept-valid"].causes[0].proven);
  CHECK_THAT(judged["accept-valid"].causes[0].text, ContainsSubstring("leading zeros"));
}

TEST_CASE("an unset secret is identified even though valid requests are rejected", "[check]") {
  for (const char* key : {"", "undefined", "changeme"}) {
    INFO(key);
    Parts parts;
    parts.key = key;
    const Judged judged = judge(receiver(parts));
    CHECK(judged.failed(Severity::must) == Ids{"accept-valid", "reject-weak-secret"});
    CHECK(judged["reject-weak-secret"].consequence_of == "accept-valid");
    CHECK(judged["accept-valid"].causes.front().proven);
  }
}

TEST_CASE("a truncated body is identified with the number of bytes that are left", "[check]") {
  Parts parts;
  parts.signed_form = [](const std::string& body) { return body.substr(0, 8192); };
  CheckSettings chosen = settings();
  chosen.choice.only = {"raw-size"};
  const Judged judged = judge(receiver(parts), chosen);
  CHECK(judged["raw-size"].severity == Severity::must);
  REQUIRE(judged["raw-size"].causes.size() == 1);
  CHECK_THAT(judged["raw-size"].causes[0].text, ContainsSubstring("after 8192 bytes"));
}

TEST_CASE("no run sends more requests than planned", "[check]") {
  const RequestPlan plan = plan_requests(settings(), run_time);
  CHECK(judge(receiver({})).run.requests_sent == plan.requests);
  for (const int status : {200, 401, 404, 500}) {
    CHECK(judge(always({.status = status})).run.requests_sent <= plan.most);
  }
}

TEST_CASE("progress is reported after each request", "[check]") {
  int calls = 0, last = 0, planned = 0, id = 0;
  const Answer answer = receiver({});
  run_checks(settings(), {.connect = [&] { return Transport(answer); },
                          .wire = [&](const Request& request, WireForm) { return answer(request); },
                          .now = [] { return run_time; },
                          .sleep = [](std::chrono::milliseconds) {},
                          .make_uuid = [&id] { return std::to_string(1'000'000 + ++id); },
                          .on_progress =
                              [&](const CheckProgress& progress) {
                                ++calls;
                                last = progress.requests_sent;
                                planned = progress.requests_planned;
                              }});
  CHECK(calls > 100);
  CHECK(last == planned);
}
