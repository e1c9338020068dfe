// ALO's URL verification.
#include <fmt/format.h>

#include <algorithm>

#include "base/random.h"
#include "check/challenge_answer.h"
#include "check/checks/table.h"
#include "events/challenge.h"
#include "json/json_text.h"

namespace alohook {
namespace {

constexpr std::string_view challenge_documentation = "https://docs.alo.ai/doc/dev/alo-apps/webhooks";

CheckRequest challenge(CheckSession& session, std::string sent, const std::string& body) {
  return session.valid(std::move(sent), body);
}

/// Returns what is wrong with a response to a challenge; empty if nothing is.
std::string fault_of_echo(const Response& response, const std::string& challenge) {
  const ChallengeFault status = challenge_status_fault(response);
  return status.is_none() ? challenge_echo_fault(response, challenge).got : status.text();
}

bool is_plain_acceptance(const CheckSession& session, const Exchange& exchange) {
  return session.status_reaction(exchange) == Reaction::accepted && !JsonText::parse(exchange.response->body);
}

void check_echo(Probe& probe) {
  CheckSession& session = probe.session();
  struct Form {
    std::string_view sent;
    std::string_view type;
    bool is_compact;
    Severity severity;
  };
  constexpr Form forms[] = {
      {"a signed challenge, as ALO prints it", challenge_type, false, Severity::must},
      {"a second challenge, compact", challenge_type, true, Severity::must},
      {"a challenge of the type webhook_url_validation", challenge_type_alias, false, Severity::should},
  };
  for (const Form& form : forms) {
    if (probe.is_over()) return;
    std::string id;
    CheckRequest trial;
    Exchange exchange;
    // A rejection may be due to chance, so each attempt uses a new challenge.
    for (int rejected = 0;; ++rejected) {
      id = session.world().make_uuid();
      trial = challenge(session, std::string(form.sent),
                        form.is_compact ? fmt::format(R"({{"challenge":"{}","type":"{}"}})", id, form.type)
                                        : challenge_body(id, form.type));
      trial.renewal = CheckRequest::Renewal::nothing;
      exchange = probe.send(trial);
      if (session.status_reaction(exchange) == Reaction::accepted) {
        if (rejected > 0) session.count_valid(rejected, rejected + 1);
        break;
      }
      if (rejected >= session.confirmations() || !session.facts.is_accepting || probe.is_over()) break;
    }
    if (!exchange.response) {
      if (!session.is_alive()) return probe.fail_by_death(trial, exchange);
      probe.fail(trial, form.severity, "the challenge as JSON, with status 200", describe_answer(exchange));
      continue;
    }
    if (session.status_reaction(exchange) == Reaction::rate_limited) continue;
    const std::string fault = fault_of_echo(*exchange.response, id);
    if (fault.empty()) continue;
    const bool refuses_all =
        session.status_reaction(exchange) != Reaction::accepted && !session.facts.is_accepting;
    if (refuses_all) {
      return probe.inconclusive("every signed request is rejected, so this proves nothing about challenges");
    }
    const bool is_rejected = session.status_reaction(exchange) != Reaction::accepted;
    if (is_rejected && session.facts.is_accepting && !session.control()) {
      return probe.inconclusive("a plain valid request is no longer accepted either");
    }
    if (form.severity == Severity::must && !probe.has_failed() && is_plain_acceptance(session, exchange)) {
      probe.explain(
          fmt::format("it responds to the challenge with status {} and plain text, like ALO's own documented "
                      "sample: ALO expects "
                      "{{\"challenge\":\"…\"}} as application/json",
                      exchange.response->status));
    }
    probe.fail(trial, form.severity,
               fmt::format("status 200, application/json, {{\"challenge\":\"{}\"}}", id),
               fmt::format("{} ({})", describe_answer(exchange), fault), probe.name_the_bug(trial, exchange));
  }
}

void check_challenge_content_type(Probe& probe) {
  CheckSession& session = probe.session();
  const std::string id = session.world().make_uuid();
  const CheckRequest trial = challenge(session, "a signed challenge", challenge_body(id));
  const Exchange exchange = probe.send(trial);
  if (session.status_reaction(exchange) != Reaction::accepted ||
      exchange.response->body.find(id) == std::string::npos) {
    return probe.inconclusive("it doesn't echo the challenge");
  }
  const ChallengeFault fault = challenge_type_fault(*exchange.response);
  if (!fault.is_none()) probe.fail(trial, Severity::should, "Content-Type: " + fault.expected, fault.got);
}

void refuse_challenge(Probe& probe, const CheckRequest& trial, const std::string& id) {
  const Exchange exchange = probe.send(trial);
  if (exchange.response && exchange.response->body.find(id) != std::string::npos) {
    return probe.fail(trial, Severity::must, "rejected, without the challenge in the response",
                      describe_answer(exchange));
  }
  probe.judge_refusal(trial, exchange);
}

void check_bad_signature(Probe& probe) {
  CheckSession& session = probe.session();
  const std::string id = session.world().make_uuid();
  refuse_challenge(probe, session.badly_signed("a challenge with an invalid signature", challenge_body(id)),
                   id);
}

void check_unsigned(Probe& probe) {
  CheckSession& session = probe.session();
  const std::string id = session.world().make_uuid();
  CheckRequest trial{.sent = "a challenge without signature headers", .request = {}};
  trial.how = CheckRequest::Signed::literally;
  trial.request = session.request(challenge_body(id), {});
  refuse_challenge(probe, trial, id);
}

void check_hostile_value(Probe& probe) {
  CheckSession& session = probe.session();
  struct Value {
    std::string sent;
    std::string json;
  };
  const Value values[] = {
      {"a challenge with HTML in it", R"("<script>alert(1)</script>")"},
      {"a challenge of 10 kB", '"' + std::string(10'000, 'a') + '"'},
      {"a challenge that is a number", "42"},
      {"a challenge that is null", "null"},
      {"a challenge that is an object", R"({"a":1})"},
  };
  for (const Value& value : values) {
    const CheckRequest trial = session.valid(
        value.sent, fmt::format(R"({{"challenge":{},"type":"{}"}})", value.json, challenge_type));
    const Exchange exchange = probe.survives(trial);
    if (!exchange.response || exchange.response->body.find("<script>") == std::string::npos) continue;
    const auto type = header_value(exchange.response->headers, "Content-Type");
    const bool is_html = !type || type->find("html") != std::string_view::npos;
    if (!is_html) continue;
    probe.fail(trial, Severity::should, "rejected, or the value as JSON and not as HTML",
               describe_answer(exchange));
  }
}

void check_key_smuggle(Probe& probe) {
  CheckSession& session = probe.session();
  const std::string id = session.world().make_uuid();
  CheckRequest trial{.sent = "an unsigned event with a \"challenge\" in it", .request = {}};
  trial.how = CheckRequest::Signed::literally;
  trial.request = session.request(fmt::format(R"({{"type":"alohook.check","challenge":"{}"}})", id), {});
  refuse_challenge(probe, trial, id);
  const std::string other = session.world().make_uuid();
  probe.survives(session.valid(
      "a signed challenge with an event's members",
      fmt::format(R"({{"challenge":"{}","action":{{"actionId":1}},"type":"{}"}})", other, challenge_type)));
}

constexpr Check challenge_table[] = {
    {{"challenge-echo", "challenge", "echoes a signed challenge as JSON with status 200", Severity::must,
      CheckClass::s0, challenge_documentation, "ALO accepts a webhook URL only if its challenge comes back."},
     Needs::nothing,
     check_echo},
    {{"challenge-content-type", "challenge", "responds to the challenge with Content-Type application/json",
      Severity::should, CheckClass::s0, challenge_documentation,
      "ALO requires this Content-Type, and an echo as text/html allows cross-site scripting."},
     Needs::nothing,
     check_challenge_content_type},
    {{"challenge-bad-signature", "challenge", "rejects challenges with an invalid signature", Severity::must,
      CheckClass::s0, "https://docs.slack.dev/reference/events/url_verification",
      "Anyone could register your URL, or learn from the echo that it exists."},
     Needs::acceptance,
     check_bad_signature},
    {{"challenge-unsigned", "challenge", "rejects unsigned challenges", Severity::must, CheckClass::s0,
      challenge_documentation, "ALO: the receiver must verify the request's authenticity first."},
     Needs::acceptance,
     check_unsigned},
    {{"challenge-hostile-value", "challenge", "survives malformed challenges and doesn't echo them as HTML",
      Severity::should, CheckClass::s0,
      "https://cheatsheetseries.owasp.org/cheatsheets/Cross_Site_Scripting_Prevention_Cheat_Sheet.html",
      "Echoing the challenge as HTML allows cross-site scripting."},
     Needs::acceptance,
     check_hostile_value},
    {{"challenge-key-smuggle", "challenge",
      "recognizes a challenge by its type, not by the presence of a \"challenge\" key", Severity::must,
      CheckClass::s0, "alohook-checks(7)",
      "A receiver that looks for the key \"challenge\" echoes unsigned events, or swallows real ones."},
     Needs::acceptance,
     check_key_smuggle},
};

}  // namespace

std::span<const Check> challenge_checks() { return challenge_table; }

}  // namespace alohook
