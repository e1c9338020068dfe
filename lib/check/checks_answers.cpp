// What all answers have in common, and the way to the receiver.
#include <fmt/format.h>

#include <algorithm>

#include "base/random.h"
#include "check/table.h"
#include "events/challenge.h"
#include "json/json_text.h"

namespace alohook {
namespace {

constexpr std::chrono::milliseconds slow{3000};

/// A fault that was seen in an answer to another check's request.
void fail_for(Probe& probe, Severity severity, const Sighting& sighting, std::string expected) {
  Trial trial{.sent = sighting.sent, .request = {}};
  trial.is_wrong = true;  // only a run as a whole shows it again
  probe.fail(trial, severity, std::move(expected), sighting.seen);
}

void check_leaks(Probe& probe) {
  const Watch& watch = probe.session().watch();
  for (const Sighting& sighting : watch.leaks()) {
    fail_for(probe, Severity::must, sighting, "neither the secret nor the right signature in any answer");
  }
  if (!watch.can_see_secret()) probe.remark("the secret is so short that it was not looked for");
}

void check_traces(Probe& probe) {
  for (const Sighting& sighting : probe.session().watch().traces()) {
    fail_for(probe, Severity::should, sighting, "no stack trace, source path or debug page");
  }
}

void check_redirects(Probe& probe) {
  for (const Sighting& sighting : probe.session().watch().redirects()) {
    fail_for(probe, Severity::must, sighting, "an answer of this URL itself, no status of 3xx");
  }
}

void check_times(Probe& probe) {
  std::vector<std::chrono::microseconds> times = probe.session().watch().times();
  if (times.empty()) return probe.inconclusive("no request was accepted");
  std::ranges::sort(times);
  const auto p50 = times[times.size() / 2], p95 = times[(times.size() * 95) / 100];
  const std::string shown = fmt::format("p50 {}, p95 {}, max {} of {} accepted requests", human_duration(p50),
                                        human_duration(p95), human_duration(times.back()), times.size());
  probe.remark(shown);
  if (p95 < slow) return;
  fail_for(probe, Severity::should, {"all accepted requests", shown}, "answers within 3 s");
}

void check_https(Probe& probe) {
  const CheckSettings& settings = probe.session().settings();
  if (settings.is_loopback) return probe.skip("a loopback address needs no TLS");
  if (!settings.is_https) {
    return fail_for(probe, Severity::should, {"a request to " + settings.url, "an answer without TLS"},
                    "https");
  }
  if (!settings.verifies_tls) return probe.inconclusive("--insecure: the certificate was not verified");
}

/// Status alone is no fault: many answer GET for a health check.
void check_method(Probe& probe) {
  CheckSession& session = probe.session();
  for (const std::string_view method : {"GET", "PUT"}) {
    if (probe.is_over()) return;
    const std::string id = session.world().make_uuid();
    Trial trial = session.valid(fmt::format("a signed challenge by {}", method), challenge_body(id));
    trial.request.method = method;
    const Exchange exchange = probe.send(trial);
    const Reaction reaction = session.status_reaction(exchange);
    if (reaction == Reaction::silent) {
      if (!session.is_alive()) return probe.inconclusive(session.gone());
      continue;
    }
    const bool is_echoed = exchange.response->body.find(id) != std::string::npos;
    if (is_echoed || (reaction == Reaction::accepted && method == "PUT")) {
      probe.fail(trial, Severity::should, "405, 404 or another refusal", describe_answer(exchange));
    } else if (reaction == Reaction::accepted) {
      probe.remark("GET is answered with 2xx, which is fine for a health check");
    }
  }
}

constexpr Check transport[] = {
    {{"https-and-cert", "transport", "It is reached by HTTPS with a valid certificate", Severity::should,
      CheckClass::s0,
      "https://cheatsheetseries.owasp.org/cheatsheets/Transport_Layer_Security_Cheat_Sheet.html",
      "Without TLS, others on the way can read events and send them again."},
     Needs::nothing,
     check_https},
    {{"method-not-post", "transport", "Only POST is taken for an event", Severity::should, CheckClass::s0,
      "https://www.rfc-editor.org/rfc/rfc9110#section-15.5.6",
      "A challenge that is echoed to GET can be put into a link."},
     Needs::acceptance,
     check_method},
};

constexpr Check answers[] = {
    {{"no-redirect", "answers", "It answers itself and does not redirect", Severity::must, CheckClass::s1,
      "https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md",
      "Senders do not follow redirects of a POST, or lose its body. Give the final URL."},
     Needs::nothing,
     check_redirects},
    {{"no-secret-leak", "answers", "No answer holds the secret or the right signature", Severity::must,
      CheckClass::s0, "https://cheatsheetseries.owasp.org/cheatsheets/Secrets_Management_Cheat_Sheet.html",
      "An error that shows the expected signature lets anybody sign anything."},
     Needs::nothing,
     check_leaks},
    {{"no-stack-trace", "answers", "No answer shows the receiver's inside", Severity::should, CheckClass::s0,
      "https://cheatsheetseries.owasp.org/cheatsheets/Error_Handling_Cheat_Sheet.html",
      "Paths, versions and stack traces help whoever looks for a way in."},
     Needs::nothing,
     check_traces},
    {{"response-time", "answers", "Answers come within 3 s", Severity::should, CheckClass::s1,
      "https://docs.github.com/webhooks/using-webhooks/best-practices-for-using-webhooks",
      "Senders give up and try again. Answer first, work later. ALO does not document its limit."},
     Needs::nothing,
     check_times},
};

}  // namespace

std::span<const Check> transport_checks() { return transport; }
std::span<const Check> answer_checks() { return answers; }

}  // namespace alohook
