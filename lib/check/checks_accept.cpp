// Valid requests in all the shapes in which they may arrive.
#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "check/table.h"

namespace alohook {
namespace {

std::string advice_without_a_bug(const CheckSession& session, const Exchange& exchange) {
  switch (session.status_reaction(exchange)) {
    case Reaction::other_refusal:
      return exchange.response->status == 404 || exchange.response->status == 405
                 ? "is this the path that takes webhooks, by POST?"
                 : "it refuses the request before it looks at the signature";
    case Reaction::redirected:
      return "give the URL that answers itself: ALO's requests are not known to follow redirects";
    case Reaction::failed:
      return "see its log: it fails at a valid request";
    case Reaction::silent:
      return "it answers unsigned requests, but hangs or breaks off at a signed one";
    default:
      return "no wrong way of signing was accepted either: does it have another secret?";
  }
}

void check_valid(Probe& probe) {
  CheckSession& session = probe.session();
  if (session.carrier() == Carrier::challenge) {
    const Trial trial = session.valid("a valid challenge", session.body());
    if (session.reaction(trial, probe.send(trial)) != Reaction::accepted) {
      probe.inconclusive("a challenge was accepted at first, but is not any more");
    }
    return;
  }
  const Trial trial = session.valid("a plain valid request", session.body());
  const bool was_accepted = session.status_reaction(session.first_answer()) == Reaction::accepted;
  const Exchange exchange = was_accepted ? probe.send(trial) : session.first_answer();
  const Reaction reaction = session.reaction(trial, exchange);
  if (reaction == Reaction::accepted) return;
  if (reaction == Reaction::rate_limited) {
    return probe.inconclusive("it answers 429 (too many requests), also after a pause");
  }
  if (!session.gone().empty()) return probe.inconclusive(session.gone());
  std::vector<Cause> causes = probe.name_the_bug(trial, exchange);
  const std::string got = describe_answer(exchange);
  const std::string more = causes.empty() ? advice_without_a_bug(session, exchange) : causes.front().text;
  probe.explain(fmt::format("a valid request is not accepted: {}; {}", got, more));
  probe.fail(trial, Severity::must,
             session.settings().encoding ? session.acceptance_text()
                                         : "acceptance of the signature as v0=<hex>, <hex> or Base64",
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
  Trial lower = session.valid("header names in lower case", session.body());
  rename_headers(lower.request, [](int c) { return std::tolower(c); });
  Trial upper = session.valid("header names in upper case", session.body());
  rename_headers(upper.request, [](int c) { return std::toupper(c); });
  Trial mixed = session.valid("header names in title case", session.body());
  for (Header& header : mixed.request.headers) {
    if (equal_ignoring_case(header.name, signature_header)) header.name = "X-Alo-Signature";
    if (equal_ignoring_case(header.name, timestamp_header)) header.name = "X-Alo-Request-Timestamp";
  }
  Trial blanks = session.valid("blanks around the headers' values", session.body());
  for (Header& header : blanks.request.headers) header.value = "  " + header.value + " \t";
  // Every server should drop them, but some don't, and no sender is known to add them.
  blanks.severity = Severity::may;
  for (Trial* trial : {&lower, &upper, &mixed, &blanks}) {
    trial->form = WireForm::whole;
    probe.accepts(*trial);
  }
}

void check_content_type(Probe& probe) {
  CheckSession& session = probe.session();
  for (const std::string_view type :
       {"application/json", "application/json; charset=utf-8", "APPLICATION/JSON"}) {
    Trial trial = session.valid(fmt::format("the Content-Type {}", type), session.body());
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
  // ALO lets a receiver choose its own window, so only a small skew is asked for.
  constexpr Skew skews[] = {{-60, "a timestamp that is 60 s old", Severity::should},
                            {60, "a timestamp that is 60 s ahead", Severity::should},
                            {-290, "a timestamp that is 290 s old", Severity::may}};
  for (const Skew& skew : skews) {
    Trial trial = session.valid(std::string(skew.sent), session.body(), skew.seconds);
    trial.severity = skew.severity;
    const Exchange exchange = probe.send(trial);
    // The oracle has nothing to say on this: the signature is right.
    const Reaction reaction = session.reaction(trial, exchange);
    if (reaction == Reaction::accepted || reaction == Reaction::rate_limited) continue;
    if (!session.control()) return probe.inconclusive("a plain valid request is not accepted any more");
    probe.fail(trial, skew.severity, session.acceptance_text(), describe_answer(exchange));
  }
}

void check_framing(Probe& probe) {
  CheckSession& session = probe.session();
  Trial segmented = session.valid("a request in several TCP segments", session.body());
  segmented.form = WireForm::segmented;
  probe.accepts(segmented);
  probe.accepts(session.valid("a request", session.body()));
  probe.accepts(session.valid("a second request on a kept-alive connection", session.body()));
  Trial chunked = session.valid("a chunked body without a Content-Length", session.body());
  chunked.form = WireForm::chunked;
  const Exchange exchange = probe.send(chunked);
  const Reaction reaction = session.reaction(chunked, exchange);
  if (reaction == Reaction::accepted) return;
  const int status = exchange.response ? exchange.response->status : 0;
  if (reaction == Reaction::refused || reaction == Reaction::other_refusal || status == 501) {
    return probe.remark(
        fmt::format("a chunked body is refused with {}; ALO is not known to send one", status));
  }
  if (session.status_reaction(exchange) == Reaction::silent && !session.is_alive()) {
    return probe.inconclusive("it stopped answering at a chunked body: " + session.gone());
  }
  probe.fail(chunked, Severity::may, "acceptance, or 411 (length required)", describe_answer(exchange));
}

constexpr Check checks[] = {
    {{"accept-valid", "accept", "A valid request is accepted", Severity::must, CheckClass::s1,
      "https://docs.alo.ai/doc/dev/alo-apps/webhooks/verifying-requests-from-alo",
      "A receiver that refuses valid requests gets no events; and as long as it does, its refusals of bad "
      "ones prove nothing."},
     Needs::nothing,
     check_valid},
    {{"accept-header-forms", "accept", "Header names in any case and values with blanks around are taken",
      Severity::must, CheckClass::s1, "https://www.rfc-editor.org/rfc/rfc9110#section-5.1",
      "Header names have no case, and proxies change it; HTTP/2 knows only lower case."},
     Needs::acceptance,
     check_header_forms},
    {{"accept-content-type", "accept", "The usual spellings of application/json are taken", Severity::should,
      CheckClass::s1, "https://www.rfc-editor.org/rfc/rfc9110#section-8.3",
      "ALO does not document its Content-Type; a parameter must not make the body disappear."},
     Needs::acceptance,
     check_content_type},
    {{"accept-skew", "accept", "Timestamps a minute off are accepted", Severity::should, CheckClass::s1,
      "https://docs.slack.dev/authentication/verifying-requests-from-slack",
      "Clocks differ and deliveries take time. ALO's sample allows 300 s; a receiver may choose another "
      "window."},
     Needs::acceptance,
     check_skew},
    {{"accept-framing", "accept", "A body is taken however it is cut up on the wire", Severity::must,
      CheckClass::s1, "https://www.rfc-editor.org/rfc/rfc9112#section-6",
      "A body that arrives in pieces must be read to its end before it is verified."},
     Needs::acceptance,
     check_framing},
};

}  // namespace

std::span<const Check> accept_checks() { return checks; }

}  // namespace alohook
