// What a receiver does with authentic requests that come twice, are unknown, odd or large.
#include <fmt/format.h>

#include <algorithm>

#include "base/codec.h"
#include "base/crypto.h"
#include "check/table.h"

namespace alohook {
namespace {

/// Judges how many effects a delivery that came several times had.
void judge_effects(Probe& probe, const Trial& trial, std::optional<std::int64_t> before) {
  const auto after = before ? probe.session().count_effects() : std::nullopt;
  if (!before || !after) return;
  const std::int64_t count = *after - *before;
  if (count == 1) return;
  if (count == 0) return probe.remark("no effect was counted; give an event that has one with --event");
  probe.fail(trial, Severity::should, "one effect", fmt::format("{} effects", count));
}

void check_unknown_event(Probe& probe) {
  CheckSession& session = probe.session();
  const std::string body = fmt::format(R"({{"id":"{}","type":"alohook.check.unknown"}})", session.fresh_id());
  const Trial trial = session.valid("an authentic event of an unknown type", body);
  const Exchange exchange = probe.send(trial);
  const Reaction reaction = session.status_reaction(exchange);
  if (reaction == Reaction::accepted || reaction == Reaction::rate_limited) return;
  if (reaction == Reaction::silent && !session.is_alive()) return probe.inconclusive(session.gone());
  if (!session.control()) return probe.inconclusive("a plain valid request is not accepted any more");
  probe.fail(trial, Severity::should, session.acceptance_text(), describe_answer(exchange));
}

void check_duplicate(Probe& probe) {
  const Trial trial =
      probe.session().valid("the same request, byte for byte, a second time", probe.session().body());
  const auto before = probe.session().count_effects();
  Trial first = trial;
  first.sent = "a request that is to come again";
  probe.accepts(first);
  // What is refused only now is refused for coming again: the oracle has nothing to say.
  const Exchange again = probe.send(trial);
  const Reaction reaction = probe.session().reaction(trial, again);
  if (reaction != Reaction::accepted && reaction != Reaction::rate_limited && !probe.has_failed()) {
    if (!probe.session().control())
      return probe.inconclusive("a plain valid request is not accepted any more");
    probe.fail(trial, Severity::should, probe.session().acceptance_text(), describe_answer(again));
  }
  judge_effects(probe, trial, before);
}

void check_redelivery(Probe& probe) {
  CheckSession& session = probe.session();
  const std::string body = session.body();
  probe.accepts(session.valid("an event", body, -2));
  const Trial trial = session.valid("the same event again, with a new timestamp and signature", body);
  const Exchange again = probe.send(trial);
  const Reaction reaction = session.reaction(trial, again);
  if (reaction == Reaction::accepted || reaction == Reaction::rate_limited || probe.has_failed()) return;
  if (!session.control()) return probe.inconclusive("a plain valid request is not accepted any more");
  probe.fail(trial, Severity::should, session.acceptance_text(), describe_answer(again));
}

void spoil(CheckSession& session, Trial& trial) {
  const std::string digest = hash(HashAlgorithm::sha256, {session.fresh_id()});
  trial.request.headers = session.request({}, session.sign_with(session.timestamp(), digest)).headers;
  trial.how = Trial::Signed::literally;
}

void check_forged_known_id(Probe& probe) {
  CheckSession& session = probe.session();
  const std::string known = session.body(), other = session.body();
  probe.accepts(session.valid("an event", known));
  Trial forged = session.valid("an event that is known already, badly signed", known);
  spoil(session, forged);
  probe.refuses(forged);
  Trial first = session.valid("a new event, badly signed", other);
  spoil(session, first);
  probe.refuses(first);
  probe.accepts(session.valid("a good event that was forged before", other));
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
      {"JSON that breaks off", R"({"type":"alohook.check","a":)"sv},
      {"an empty array", "[]"sv},
      {"a string", "\"alohook.check\""sv},
      {"null", "null"sv},
      {"a number", "1"sv},
      {"a zero byte in a string", "{\"type\":\"alohook.check\",\"a\":\"\0\"}"sv},
      {"the key __proto__", R"({"type":"alohook.check","__proto__":{"admin":true},"constructor":1})"sv},
      {"a type that is an object", R"({"type":{"a":1}})"sv},
      {"no type", R"({"a":1})"sv},
  };
  survive_all(probe, bodies);
}

void check_odd_bytes(Probe& probe) {
  constexpr OddBody bodies[] = {
      {"nothing at all", ""sv},
      {"a byte order mark before the JSON", "\xEF\xBB\xBF{\"type\":\"alohook.check\"}"sv},
      {"bytes that are not UTF-8", "{\"type\":\"alohook.check\",\"a\":\"\xFF\xC3\"}"sv},
      {"an escaped half of a surrogate pair", R"({"type":"alohook.check","a":"\ud800"})"sv},
  };
  survive_all(probe, bodies);
}

Trial large(CheckSession& session, std::size_t size, std::string_view shown) {
  std::string body = session.body(R"("a":"",)");
  body.insert(body.find(R"(":"",)") + 3, size, 'a');
  return session.valid(fmt::format("a body of {}", shown), std::move(body));
}

void check_large_body(Probe& probe) {
  CheckSession& session = probe.session();
  const std::pair<std::size_t, std::string_view> sizes[] = {
      {64u << 10, "64 kB"}, {101u << 10, "101 kB"}, {256u << 10, "256 kB"}};
  for (const auto& [size, shown] : sizes) {
    if (probe.is_over()) return;
    const Trial trial = large(session, size, shown);
    const Exchange exchange = probe.send(trial);
    const Reaction reaction = session.reaction(trial, exchange);
    if (reaction == Reaction::accepted || reaction == Reaction::rate_limited) continue;
    if (!exchange.response && !session.is_alive()) return probe.inconclusive(session.gone());
    if (!session.control()) return probe.inconclusive("a plain valid request is not accepted any more");
    probe.fail(trial, Severity::should, "acceptance; ALO does not document how large an event can be",
               describe_answer(exchange));
    return;
  }
  if (!session.settings().with_stress) return;
  for (const auto& [size, shown] :
       {std::pair<std::size_t, std::string_view>{1u << 20, "1 MB"}, {10u << 20, "10 MB"}}) {
    probe.survives(large(session, size, shown));
  }
}

void check_still_alive(Probe& probe) {
  CheckSession& session = probe.session();
  const bool was_accepted = session.carrier() != Carrier::event ||
                            session.status_reaction(session.first_answer()) == Reaction::accepted;
  if (!was_accepted) {
    return probe.inconclusive("a plain valid request was not accepted at the start either");
  }
  const Trial trial = session.valid("a plain valid request, after everything", session.body());
  const Exchange exchange = probe.send(trial);
  const Reaction reaction = session.reaction(trial, exchange);
  if (reaction == Reaction::accepted || reaction == Reaction::rate_limited) return;
  if (!exchange.response && !session.is_alive())
    return probe.inconclusive("it stopped answering: " + session.gone());
  probe.fail(trial, Severity::must, "acceptance, as at the start", describe_answer(exchange));
}

constexpr Check checks[] = {
    {{"unknown-event", "behaviour", "An authentic event of an unknown type is accepted", Severity::should,
      CheckClass::s1, "https://docs.stripe.com/webhooks",
      "Senders add types; many switch off a webhook that answers with errors. ALO's pages spell two types in "
      "two "
      "ways. (There are other views: some refuse on purpose.)"},
     Needs::acceptance,
     check_unknown_event},
    {{"duplicate-delivery", "behaviour", "The same request is accepted twice", Severity::should,
      CheckClass::s1, "https://shopify.dev/docs/apps/build/webhooks/ignore-duplicates",
      "Networks make senders repeat themselves; an error only makes them try again. Take it, and do its work "
      "once."},
     Needs::acceptance,
     check_duplicate},
    {{"redelivery", "behaviour", "An event that comes again with a new timestamp is accepted",
      Severity::should, CheckClass::s1,
      "https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md",
      "An honest retry must not be taken for a replay. ALO does not document its retries."},
     Needs::acceptance,
     check_redelivery},
    {{"forged-known-id", "behaviour", "A forged event neither passes as a known one nor blocks the real one",
      Severity::must, CheckClass::s1, "alohook-checks(7)",
      "A receiver that looks for duplicates before it verifies lets forged ones in, or the real ones be shut "
      "out."},
     Needs::acceptance,
     check_forged_known_id},
    {{"bad-json", "behaviour", "Authentic bodies that are odd as JSON do not break the receiver",
      Severity::should, CheckClass::s1, "https://www.rfc-editor.org/rfc/rfc8259#section-9",
      "An unhandled failure is noise in your log and a retry at the sender."},
     Needs::acceptance,
     check_bad_json},
    {{"odd-bytes", "behaviour", "Authentic bodies that are odd as text do not break the receiver",
      Severity::should, CheckClass::s1, "https://www.rfc-editor.org/rfc/rfc8259#section-8.1",
      "Decoding that throws turns one odd character into an error and a retry."},
     Needs::acceptance,
     check_odd_bytes},
    {{"large-body", "behaviour", "Bodies up to 256 kB are accepted", Severity::should, CheckClass::s1,
      "https://www.rfc-editor.org/rfc/rfc9110#section-15.5.14",
      "Express stops at 100 kB by default: large events would be lost. ALO documents no limit."},
     Needs::acceptance,
     check_large_body},
};

constexpr Check last_checks[] = {
    {{"still-alive", "behaviour", "After all this it answers as at the start", Severity::must, CheckClass::s1,
      "", "What one request leaves behind must not harm the next."},
     Needs::nothing,
     check_still_alive},
};

}  // namespace

std::span<const Check> behaviour_checks() { return checks; }
std::span<const Check> last_checks_of_behaviour() { return last_checks; }

}  // namespace alohook
