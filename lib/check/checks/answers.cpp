// Properties of all responses, and of the connection to the receiver.
#include <fmt/format.h>

#include <algorithm>

#include "base/random.h"
#include "check/checks/table.h"
#include "events/challenge.h"
#include "json/json_text.h"

namespace alohook {
namespace {

constexpr std::chrono::milliseconds slow_p95{3000};

/// Reports a fault that was seen in a response to another check's request.
void fail_for(Probe& probe, Severity severity, const LeakFinding& finding, std::string expected) {
  CheckRequest trial{.sent = finding.sent, .request = {}};
  trial.is_wrong = true;  // only a whole run reproduces it
  probe.fail(trial, severity, std::move(expected), finding.seen);
}

void check_leaks(Probe& probe) {
  const LeakDetector& detector = probe.session().leak_detector();
  for (const LeakFinding& finding : detector.leaks()) {
    fail_for(probe, Severity::must, finding, "neither the secret nor the valid signature in any response");
  }
  if (!detector.can_see_secret()) probe.remark("the secret is too short to look for");
}

/// Returns how to turn off the debug page, recognized by its appearance.
Cause debug_mode(std::string_view seen) {
  struct Switch {
    std::string_view mark, language, text;
  };
  constexpr Switch switches[] = {
      {"node_modules", "Node", "Run it with NODE_ENV=production: Express then sends no stack traces."},
      {".js:", "Node", "Run it with NODE_ENV=production: Express then sends no stack traces."},
      {".ts:", "Node", "Run it with NODE_ENV=production: Express then sends no stack traces."},
      {".mjs:", "Node", "Run it with NODE_ENV=production: Express then sends no stack traces."},
      {".cjs:", "Node", "Run it with NODE_ENV=production: Express then sends no stack traces."},
      {"DJANGO", "Python", "Django: DEBUG = False."},
      {"Werkzeug", "Python", "Flask: run it without --debug, FLASK_DEBUG=0."},
      {"Traceback", "Python",
       "Django: DEBUG = False. Flask: FLASK_DEBUG=0. Starlette and FastAPI: debug=False."},
      {".py", "Python", "Django: DEBUG = False. Flask: FLASK_DEBUG=0. Starlette and FastAPI: debug=False."},
      {"Action Controller", "Ruby", "RAILS_ENV=production, or config.consider_all_requests_local = false."},
      {".rb:", "Ruby", "RAILS_ENV=production; Sinatra and Rack: APP_ENV=production, RACK_ENV=production."},
      {"Trace", "Ruby", "RAILS_ENV=production, or config.consider_all_requests_local = false."},
      {".php", "PHP", "Laravel: APP_DEBUG=false. Symfony: APP_ENV=prod. Plain PHP: display_errors=Off."},
      {"Fatal error", "PHP", "display_errors=Off; Laravel: APP_DEBUG=false."},
      {"Whoops", "PHP", "Laravel: APP_DEBUG=false."},
      {"Whitelabel", "Java",
       "Spring: server.error.include-stacktrace=never, server.error.include-message=never."},
      {".java:", "Java", "Spring: server.error.include-stacktrace=never."},
      {".cs:", ".NET", "ASPNETCORE_ENVIRONMENT=Production: no developer exception page."},
      {"goroutine", "Go", "Gin: GIN_MODE=release; recover from panics without writing the stack."},
      {".go:", "Go", "Gin: GIN_MODE=release; recover from panics without writing the stack."},
  };
  Cause cause{"debug-mode",
              "The receiver shows its internals, as frameworks do in development mode.",
              "a response: " + std::string(seen),
              {},
              true};
  for (const Switch& one : switches) {
    if (seen.find(one.mark) == std::string_view::npos) continue;
    cause.fixes.push_back({std::string(one.language), std::string(one.text)});
    break;
  }
  cause.fixes.push_back(
      {"",
       "Run it in production mode (NODE_ENV=production, DEBUG=False, RAILS_ENV=production, …), and "
       "respond to errors with a plain text."});
  return cause;
}

void check_traces(Probe& probe) {
  for (const LeakFinding& finding : probe.session().leak_detector().traces()) {
    CheckRequest trial{.sent = finding.sent, .request = {}};
    trial.is_wrong = true;  // only a whole run reproduces it
    probe.fail(trial, Severity::should, "no stack trace, source path or debug page", finding.seen,
               {debug_mode(finding.seen)});
  }
}

void check_redirects(Probe& probe) {
  for (const LeakFinding& finding : probe.session().leak_detector().redirects()) {
    fail_for(probe, Severity::must, finding, "a response of this URL itself, no redirect");
  }
}

void check_times(Probe& probe) {
  std::vector<std::chrono::microseconds> times = probe.session().leak_detector().times();
  if (times.empty()) return probe.inconclusive("no request was accepted");
  std::ranges::sort(times);
  const auto p50 = times[times.size() / 2], p95 = times[(times.size() * 95) / 100];
  const std::string shown = fmt::format("p50 {}, p95 {}, max {} of {} accepted requests", human_duration(p50),
                                        human_duration(p95), human_duration(times.back()), times.size());
  probe.remark(shown);
  if (p95 < slow_p95) return;
  fail_for(probe, Severity::should, {"all accepted requests", shown}, "responses within 3 s");
}

void check_https(Probe& probe) {
  const CheckSettings& settings = probe.session().settings();
  if (settings.is_loopback) return probe.skip("a loopback address needs no TLS");
  if (!settings.is_https) {
    return fail_for(probe, Severity::should, {"a request to " + settings.url, "a response without TLS"},
                    "https");
  }
  if (!settings.verifies_tls) return probe.inconclusive("--insecure: the certificate wasn't verified");
}

/// A 2xx alone isn't a failure: many servers respond to GET for health checks.
void check_method(Probe& probe) {
  CheckSession& session = probe.session();
  for (const std::string_view method : {"GET", "PUT"}) {
    if (probe.is_over()) return;
    const std::string id = session.world().make_uuid();
    CheckRequest trial = session.valid(fmt::format("a signed challenge by {}", method), challenge_body(id));
    trial.request.method = method;
    const Exchange exchange = probe.send_to_be_rejected(trial);
    const Reaction reaction = session.status_reaction(exchange);
    if (reaction == Reaction::silent) {
      if (!session.is_alive()) return probe.fail_by_death(trial, exchange);
      continue;
    }
    const bool is_echoed = exchange.response->body.find(id) != std::string::npos;
    if (is_echoed || (reaction == Reaction::accepted && method == "PUT")) {
      probe.fail(trial, Severity::should, "rejected with 405, 404 or another 4xx", describe_answer(exchange));
    } else if (reaction == Reaction::accepted) {
      probe.remark("GET gets a 2xx, which is fine for a health check");
    }
  }
}

constexpr Check transport[] = {
    {{"https-and-cert", "transport", "uses HTTPS with a valid certificate", Severity::should, CheckClass::s0,
      "https://cheatsheetseries.owasp.org/cheatsheets/Transport_Layer_Security_Cheat_Sheet.html",
      "Without TLS, anyone on the way can read events and replay them."},
     Needs::nothing,
     check_https},
    {{"method-not-post", "transport", "accepts events by POST only", Severity::should, CheckClass::s0,
      "https://www.rfc-editor.org/rfc/rfc9110#section-15.5.6",
      "If GET echoes the challenge, an attacker can put it in a link."},
     Needs::acceptance,
     check_method},
};

constexpr Check answers[] = {
    {{"no-redirect", "answers", "responds directly, without redirecting", Severity::must, CheckClass::s1,
      "https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md",
      "Senders don't follow redirects of a POST, or they lose its body. Use the final URL."},
     Needs::nothing,
     check_redirects},
    {{"no-secret-leak", "answers", "responses contain neither the secret nor a valid signature",
      Severity::must, CheckClass::s0,
      "https://cheatsheetseries.owasp.org/cheatsheets/Secrets_Management_Cheat_Sheet.html",
      "An error that shows the expected signature lets anyone sign anything."},
     Needs::nothing,
     check_leaks},
    {{"no-stack-trace", "answers", "responses contain no stack traces or file paths", Severity::should,
      CheckClass::s0, "https://cheatsheetseries.owasp.org/cheatsheets/Error_Handling_Cheat_Sheet.html",
      "Paths, versions and stack traces help an attacker."},
     Needs::nothing,
     check_traces},
    {{"response-time", "answers", "responds within 3 s", Severity::should, CheckClass::s1,
      "https://docs.github.com/webhooks/using-webhooks/best-practices-for-using-webhooks",
      "Senders give up and retry. Respond first, work later. ALO doesn't document its time-out."},
     Needs::nothing,
     check_times},
};

}  // namespace

std::span<const Check> transport_checks() { return transport; }
std::span<const Check> answer_checks() { return answers; }

}  // namespace alohook
