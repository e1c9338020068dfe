// Valid requests in all the forms in which they may arrive.
#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <initializer_list>

#include "check/checks/table.h"
#include "check/steadiness.h"

namespace alohook {
namespace {

/// What is likely when no way of signing is accepted, the surest first; worded as what it is: not known. Empty when
/// nothing points elsewhere than to the secret.
std::string likely_reason(const CheckSession& session, const Exchange& exchange) {
  switch (session.status_reaction(exchange)) {
    case Reaction::redirected:
      return "use the final URL: ALO may not follow redirects";
    case Reaction::failed:
      return "your server returned an error for a valid request; check its logs";
    case Reaction::silent:
      return "it responds to unsigned requests, but hangs or drops the connection at signed ones";
    default:
      break;
  }
  const std::string& body = exchange.response->body;
  const auto mentions = [&](std::initializer_list<std::string_view> words) {
    return std::ranges::any_of(words,
                               [&](std::string_view word) { return body.find(word) != std::string::npos; });
  };
  if (mentions({"issing", "not found", "equired", "no signature", "No signature"})) {
    return "its message says that something is missing: does a proxy drop the X-ALO-* headers, or does it "
           "read other "
           "names?";
  }
  if (mentions({"xpired", "too old", "stale", "timestamp", "Timestamp"})) {
    return "its message is about the timestamp: compare its clock and its unit of time with ALO's Unix "
           "seconds";
  }
  return {};
}

void fail_for_not_signature(Probe& probe, const CheckRequest& trial, const Exchange& exchange,
                            const NotSignature& found) {
  probe.explain(fmt::format("{} ({})", found.text, found.sign));
  probe.fail(trial, Severity::must, probe.session().acceptance_text(), describe_answer(exchange),
             {as_cause(found)});
}

/// Every valid request has to be accepted, not just most of them.
void check_steadiness(Probe& probe, const CheckRequest& trial) {
  const Steadiness& steady = steadiness(probe.session());
  CheckSession& session = probe.session();
  if (session.has_died()) {
    Exchange none;
    none.error.detail = session.gone();
    return probe.fail_by_death(trial, none);
  }
  if (steady.rejected == 0) {
    if (!session.gone().empty()) probe.inconclusive(session.gone());
    return;
  }
  probe.set_intermittent({steady.rejected, steady.sent});
  std::vector<Cause> causes;
  std::string more;
  if (steady.cause) {
    causes.push_back(*steady.cause);
    more = steady.cause->text;
  } else if (steady.has_stopped) {
    more = "something breaks after a number of requests: a leak, a pool that runs empty, a limit";
  } else {
    more =
        "intermittent: look for several instances behind one address (with different secrets or versions), "
        "races, "
        "time-outs, and restarts";
  }
  probe.explain(fmt::format("rejects {} of {} valid requests{}: {}; {}", steady.rejected, steady.sent,
                            steady.pattern, steady.got, more));
  probe.fail(trial, Severity::must, "every valid request accepted",
             fmt::format("{} of {} rejected: {}", steady.rejected, steady.sent, steady.got),
             std::move(causes));
}

void check_valid(Probe& probe) {
  CheckSession& session = probe.session();
  const ReceiverFacts& facts = session.facts;
  const CheckRequest trial = session.valid(
      facts.carrier == Carrier::challenge ? "a valid challenge" : "a plain valid request", session.body());
  if (facts.is_accepting) return check_steadiness(probe, trial);
  const Exchange& exchange = facts.first_answer;
  if (session.status_reaction(exchange) == Reaction::rate_limited) {
    return probe.inconclusive("it answers 429 (too many requests), also after a pause");
  }
  if (!session.gone().empty()) return probe.inconclusive(session.gone());
  if (facts.not_signature) return fail_for_not_signature(probe, trial, exchange, *facts.not_signature);
  std::vector<Cause> causes = probe.name_the_bug(trial, exchange);
  const std::string got = describe_answer(exchange);
  std::string more = causes.empty() ? likely_reason(session, exchange) : causes.front().text;
  if (more.empty()) {
    probe.suspect_secret();
    more = "no known signing mistake explains this: do both sides use the same secret?";
  }
  probe.explain(fmt::format("a valid request is rejected: {}; {}", got, more));
  probe.fail(trial, Severity::must,
             session.settings().encoding ? session.acceptance_text()
                                         : "the signature accepted as v0=<hex>, <hex> or Base64",
             got, std::move(causes));
}

void rename_headers(Request& request, int (*convert)(int)) {
  for (Header& header : request.headers) {
    std::ranges::transform(header.name, header.name.begin(),
                           [&](unsigned char c) { return static_cast<char>(convert(c)); });
  }
}

void check_header_forms(Probe& probe) {
  CheckSession& session = probe.session();
  CheckRequest lower = session.valid("header names in lower case", session.body());
  rename_headers(lower.request, [](int c) { return std::tolower(c); });
  CheckRequest upper = session.valid("header names in upper case", session.body());
  rename_headers(upper.request, [](int c) { return std::toupper(c); });
  CheckRequest mixed = session.valid("header names in title case", session.body());
  for (Header& header : mixed.request.headers) {
    if (equal_ignoring_case(header.name, signature_header)) header.name = "X-Alo-Signature";
    if (equal_ignoring_case(header.name, timestamp_header)) header.name = "X-Alo-Request-Timestamp";
  }
  CheckRequest blanks = session.valid("spaces around the headers' values", session.body());
  for (Header& header : blanks.request.headers) header.value = "  " + header.value + " \t";
  // Every server should trim these, but some don't, and no known sender adds them.
  blanks.severity = Severity::may;
  for (CheckRequest* trial : {&lower, &upper, &mixed, &blanks}) {
    trial->form = WireForm::whole;
    probe.accepts(*trial);
  }
}

void check_content_type(Probe& probe) {
  CheckSession& session = probe.session();
  for (const std::string_view type :
       {"application/json", "application/json; charset=utf-8", "APPLICATION/JSON"}) {
    CheckRequest trial = session.valid(fmt::format("the Content-Type {}", type), session.body());
    for (Header& header : trial.request.headers) {
      if (equal_ignoring_case(header.name, "Content-Type")) header.value = type;
    }
    probe.accepts(trial);
  }
}

void check_skew(Probe& probe) {
  CheckSession& session = probe.session();
  struct Skew {
    std::int64_t seconds;
    std::string_view sent;
    Severity severity;
  };
  // ALO lets receivers choose their own window, so only a small skew is required to work.
  constexpr Skew skews[] = {{-60, "a timestamp 60 s old", Severity::should},
                            {60, "a timestamp 60 s ahead", Severity::should},
                            {-290, "a timestamp 290 s old", Severity::may}};
  for (const Skew& skew : skews) {
    CheckRequest trial = session.valid(std::string(skew.sent), session.body(), skew.seconds);
    trial.severity = skew.severity;
    probe.accepts(trial);
  }
}

void check_framing(Probe& probe) {
  CheckSession& session = probe.session();
  CheckRequest segmented = session.valid("a request in several TCP segments", session.body());
  segmented.form = WireForm::segmented;
  probe.accepts(segmented);
  probe.accepts(session.valid("a request", session.body()));
  probe.accepts(session.valid("a second request on a kept-alive connection", session.body()));
  CheckRequest chunked = session.valid("a chunked body without a Content-Length", session.body());
  chunked.form = WireForm::chunked;
  const Exchange exchange = probe.send(chunked);
  const Reaction reaction = session.reaction(chunked, exchange);
  if (reaction == Reaction::accepted) return;
  const int status = exchange.response ? exchange.response->status : 0;
  // Of one that fails by chance, the last response says nothing about chunks.
  const bool is_steady = session.valid_requests().rejected == 0;
  if (reaction == Reaction::refused || reaction == Reaction::other_refusal || status == 501 ||
      (!is_steady && exchange.response)) {
    return probe.remark(
        fmt::format("a chunked body is rejected with {}; ALO isn't known to send one", status));
  }
  if (session.status_reaction(exchange) == Reaction::silent && !session.is_alive()) {
    return probe.fail_by_death(chunked, exchange);
  }
  probe.fail(chunked, Severity::may, "accepted, or 411 (length required)", describe_answer(exchange));
}

constexpr Check accept_table[] = {
    {{"accept-valid", "accept", "accepts valid requests, every time", Severity::must, CheckClass::s1,
      "https://docs.alo.ai/doc/dev/alo-apps/webhooks/verifying-requests-from-alo",
      "If valid requests are rejected you receive no events, and rejections of invalid ones prove nothing."},
     Needs::nothing,
     check_valid},
    {{"accept-header-forms", "accept", "accepts header names in any case and values padded with spaces",
      Severity::must, CheckClass::s1, "https://www.rfc-editor.org/rfc/rfc9110#section-5.1",
      "Header names are case-insensitive, and proxies change their case; HTTP/2 has only lower case."},
     Needs::acceptance,
     check_header_forms},
    {{"accept-content-type", "accept", "accepts the usual spellings of application/json", Severity::should,
      CheckClass::s1, "https://www.rfc-editor.org/rfc/rfc9110#section-8.3",
      "ALO doesn't document its Content-Type; a charset parameter must not stop your framework from reading "
      "the "
      "body."},
     Needs::acceptance,
     check_content_type},
    {{"accept-skew", "accept", "accepts timestamps that are a minute off", Severity::should, CheckClass::s1,
      "https://docs.slack.dev/authentication/verifying-requests-from-slack",
      "Clocks differ and deliveries take time. ALO's sample allows 300 s; a receiver may choose another "
      "window."},
     Needs::acceptance,
     check_skew},
    {{"accept-framing", "accept", "accepts bodies split across TCP segments or chunks", Severity::must,
      CheckClass::s1, "https://www.rfc-editor.org/rfc/rfc9112#section-6",
      "A body that arrives in pieces must be read to its end before it is verified."},
     Needs::acceptance,
     check_framing},
};

}  // namespace

std::span<const Check> accept_checks() { return accept_table; }

}  // namespace alohook
