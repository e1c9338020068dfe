// How a receiver handles authentic requests that are repeated, unknown, malformed or large.
#include <fmt/format.h>

#include <algorithm>

#include "check/body_search.h"
#include "check/checks/table.h"

namespace alohook {
namespace {

/// Checks how many effects a repeated delivery had.
void judge_effects(Probe& probe, const CheckRequest& trial, std::optional<std::int64_t> before) {
  const auto after = before ? probe.session().count_effects() : std::nullopt;
  if (!before || !after) return;
  const std::int64_t count = *after - *before;
  if (count == 1) return;
  if (count == 0) return probe.remark("no effect was counted; use --event with an event that has one");
  probe.fail(trial, Severity::should, "one effect", fmt::format("{} effects", count));
}

void check_unknown_event(Probe& probe) {
  CheckSession& session = probe.session();
  const std::string body = fmt::format(R"({{"id":"{}","type":"alohook.check.unknown"}})", session.fresh_id());
  probe.accepts(session.valid("an authentic event of an unknown type", body));
}

/// Returns a valid request that is part of a sequence.
CheckRequest in_sequence(CheckSession& session, std::string sent, const std::string& body,
                         std::int64_t offset_s = 0) {
  CheckRequest trial = session.valid(std::move(sent), body, offset_s);
  trial.renewal = CheckRequest::Renewal::nothing;
  return trial;
}

/// Repeats a sequence with new events until its last request is accepted or chance is ruled out. Returns the last
/// request.
template <class Sequence>
CheckRequest accepts_at_the_end_of(Probe& probe, Sequence sequence) {
  CheckSession& session = probe.session();
  for (int rejected = 0;; ++rejected) {
    CheckRequest last = sequence();
    // Shift the position, or a receiver that rejects every second or third request would always hit the last one.
    for (int i = 0; i < rejected % 3; ++i)
      session.send(session.valid("a plain valid request", session.body()));
    const Exchange exchange = probe.send(last);
    const Reaction reaction = session.reaction(last, exchange);
    const bool is_accepted = reaction == Reaction::accepted || reaction == Reaction::rate_limited;
    if (is_accepted && rejected > 0) session.count_valid(rejected, rejected + 1);
    if (is_accepted) return last;
    if (rejected < session.confirmations() && !probe.is_over()) continue;
    probe.judge_acceptance(last, exchange);
    return last;
  }
}

void check_duplicate(Probe& probe) {
  CheckSession& session = probe.session();
  std::optional<std::int64_t> before;
  const CheckRequest last = accepts_at_the_end_of(probe, [&] {
    before = session.count_effects();
    const CheckRequest first = session.valid("an event that will be sent twice", session.body());
    probe.send(first);
    CheckRequest again = first;
    again.sent = "the same request, byte for byte, a second time";
    again.renewal = CheckRequest::Renewal::nothing;
    return again;
  });
  if (!probe.has_failed()) judge_effects(probe, last, before);
}

void check_redelivery(Probe& probe) {
  CheckSession& session = probe.session();
  accepts_at_the_end_of(probe, [&] {
    const std::string body = session.body();
    probe.send(in_sequence(session, "an event", body, -2));
    return in_sequence(session, "the same event again, with a new timestamp and signature", body);
  });
}

void check_forged_known_id(Probe& probe) {
  CheckSession& session = probe.session();
  const std::string known = session.body();
  probe.send(in_sequence(session, "an event", known));
  probe.refuses(session.badly_signed("an event that is known already, badly signed", known));
  if (probe.is_over()) return;
  accepts_at_the_end_of(probe, [&] {
    const std::string body = session.body();
    const CheckRequest forged = session.badly_signed("a new event, badly signed", body);
    const Exchange exchange = probe.send(forged);
    if (!probe.has_failed()) probe.judge_refusal(forged, exchange);
    return in_sequence(session, "a valid event that was forged before", body);
  });
}

struct OddBody {
  std::string_view sent;
  std::string_view bytes;
};

void survive_all(Probe& probe, std::span<const OddBody> bodies) {
  for (const OddBody& odd : bodies) {
    if (probe.is_over()) return;
    probe.survives(
        probe.session().valid(fmt::format("an authentic body: {}", odd.sent), std::string(odd.bytes)));
  }
}

using namespace std::string_view_literals;

void check_bad_json(Probe& probe) {
  constexpr OddBody bodies[] = {
      {"truncated JSON", R"({"type":"alohook.check","a":)"sv},
      {"an empty array", "[]"sv},
      {"a string", "\"alohook.check\""sv},
      {"null", "null"sv},
      {"a number", "1"sv},
      {"a NUL byte in a string", "{\"type\":\"alohook.check\",\"a\":\"\0\"}"sv},
      {"the key __proto__", R"({"type":"alohook.check","__proto__":{"admin":true},"constructor":1})"sv},
      {"a type that is an object", R"({"type":{"a":1}})"sv},
      {"no type", R"({"a":1})"sv},
  };
  survive_all(probe, bodies);
}

/// ALO documents no compression, so whatever happens to it is for information only.
void look_at_compression(Probe& probe) {
  // gzip's form of {"type":"alohook.check"}, in a block that isn't compressed.
  constexpr std::string_view body =
      "\037\213\010\000\000\000\000\000\000\377\001\030\000\347\377"
      R"({"type":"alohook.check"})"
      "\343\005\263\175\030\000\000\000"sv;
  if (probe.is_over()) return;
  CheckSession& session = probe.session();
  CheckRequest trial = session.valid("an authentic body that is compressed with gzip", std::string(body));
  trial.request.headers.push_back({"Content-Encoding", "gzip"});
  const Exchange exchange = probe.send_to_be_rejected(trial);
  switch (session.status_reaction(exchange)) {
    case Reaction::silent:
      if (!session.is_alive()) return probe.fail_by_death(trial, exchange);
      return probe.remark("it doesn't answer a compressed body (Content-Encoding: gzip)");
    case Reaction::failed:
      return probe.remark(
          fmt::format("a compressed body (Content-Encoding: gzip) gets {}", exchange.response->status));
    case Reaction::refused:
      // One that verifies first finds that these bytes aren't JSON.
      if (exchange.response->status != 401 && exchange.response->status != 403) return;
      return probe.remark(
          fmt::format("a compressed body (Content-Encoding: gzip) gets {}, though its bytes are signed "
                      "correctly: something decompresses bodies before they are verified. ALO isn't known to "
                      "compress",
                      exchange.response->status));
    default:
      return;
  }
}

void check_odd_bytes(Probe& probe) {
  constexpr OddBody bodies[] = {
      {"nothing at all", ""sv},
      {"a byte order mark before the JSON", "\xEF\xBB\xBF{\"type\":\"alohook.check\"}"sv},
      {"bytes that are not UTF-8", "{\"type\":\"alohook.check\",\"a\":\"\xFF\xC3\"}"sv},
      {"an escaped half of a surrogate pair", R"({"type":"alohook.check","a":"\ud800"})"sv},
  };
  survive_all(probe, bodies);
  look_at_compression(probe);
}

void check_large_body(Probe& probe) {
  CheckSession& session = probe.session();
  constexpr SizedBody bodies[] = {{"64 kB", 64u << 10}, {"101 kB", 101u << 10}, {"256 kB", 256u << 10}};
  std::size_t accepted = 200;
  for (const SizedBody& body : bodies) {
    if (probe.is_over() || !accept_size(probe, body, accepted, Severity::should)) return;
    accepted = body.size;
  }
  if (!session.settings().with_stress) return;
  for (const SizedBody& body : {SizedBody{"1 MB", 1u << 20}, SizedBody{"10 MB", 10u << 20}}) {
    probe.survives(sized_request(session, body.size, body.shown));
  }
}

void check_still_alive(Probe& probe) {
  CheckSession& session = probe.session();
  if (!session.facts.is_accepting) {
    return probe.inconclusive("a plain valid request wasn't accepted at the start either");
  }
  const CheckRequest trial = session.valid("a plain valid request, at the end of the run", session.body());
  if (session.has_died()) {
    Exchange none;
    none.error.detail = session.gone();
    return probe.fail_by_death(trial, none);
  }
  const Exchange exchange = probe.send(trial);
  const Reaction reaction = session.reaction(trial, exchange);
  const auto& [rejected, sent] = session.valid_requests();
  if (reaction != Reaction::accepted && reaction != Reaction::rate_limited) {
    if (!exchange.response && !session.is_alive()) return probe.fail_by_death(trial, exchange);
    return probe.fail(trial, Severity::must, "accepted, as at the start", describe_answer(exchange));
  }
  if (rejected == 0) return;
  probe.set_intermittent({rejected, sent});
  probe.explain(fmt::format("intermittent: rejects {} of {} valid requests at random, over the whole run",
                            rejected, sent));
  probe.fail(trial, Severity::must, "every valid request accepted",
             fmt::format("{} of {} rejected", rejected, sent));
}

constexpr Check behavior_table[] = {
    {{"unknown-event", "behaviour", "accepts authentic events of unknown types", Severity::should,
      CheckClass::s1, "https://docs.stripe.com/webhooks",
      "Senders add types, and many disable a webhook that responds with errors. ALO's pages spell two types "
      "in two "
      "ways. (Some receivers reject unknown types on purpose.)"},
     Needs::acceptance,
     check_unknown_event},
    {{"duplicate-delivery", "behaviour", "accepts the same request twice", Severity::should, CheckClass::s1,
      "https://shopify.dev/docs/apps/build/webhooks/ignore-duplicates",
      "Senders repeat deliveries, and an error makes them try again. Accept it, and process it once."},
     Needs::acceptance,
     check_duplicate},
    {{"redelivery", "behaviour", "accepts a repeated event with a new timestamp", Severity::should,
      CheckClass::s1,
      "https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md",
      "An honest retry isn't a replay. ALO doesn't document its retries."},
     Needs::acceptance,
     check_redelivery},
    {{"forged-known-id", "behaviour", "rejects forgeries of known events, and still accepts the real ones",
      Severity::must, CheckClass::s1, "alohook-checks(7)",
      "A receiver that looks for duplicates before it verifies accepts forgeries, or rejects the real "
      "events."},
     Needs::acceptance,
     check_forged_known_id},
    {{"bad-json", "behaviour", "survives authentic bodies that aren't events", Severity::should,
      CheckClass::s1, "https://www.rfc-editor.org/rfc/rfc8259#section-9",
      "An unhandled exception is noise in your log, and a retry by the sender."},
     Needs::acceptance,
     check_bad_json},
    {{"odd-bytes", "behaviour", "survives authentic bodies that aren't valid text", Severity::should,
      CheckClass::s1, "https://www.rfc-editor.org/rfc/rfc8259#section-8.1",
      "Strict decoding turns one invalid character into an error and a retry."},
     Needs::acceptance,
     check_odd_bytes},
    {{"large-body", "behaviour", "accepts bodies of up to 256 kB", Severity::should, CheckClass::s1,
      "https://www.rfc-editor.org/rfc/rfc9110#section-15.5.14",
      "Express's default limit is 100 kB: larger events are lost. ALO documents no limit."},
     Needs::acceptance,
     check_large_body},
};

constexpr Check last_checks[] = {
    {{"still-alive", "behaviour", "still accepts a valid request at the end of the run", Severity::must,
      CheckClass::s1, "", "The state that one request leaves behind must not harm the next."},
     Needs::nothing,
     check_still_alive},
};

}  // namespace

std::span<const Check> behavior_checks() { return behavior_table; }
std::span<const Check> last_checks_of_behavior() { return last_checks; }

}  // namespace alohook
