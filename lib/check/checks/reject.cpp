// Requests that must be rejected because of what was signed, with which secret, or when.
#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "base/codec.h"
#include "base/crypto.h"
#include "check/checks/table.h"
#include "diagnosis/deviations.h"
#include "signing/signed_request.h"
#include "signing/weak_secrets.h"

namespace alohook {
namespace {

constexpr std::string_view signature_documentation =
    "https://docs.alo.ai/doc/dev/alo-apps/webhooks/verifying-requests-from-alo";

/// Returns whether the receiver accepts badly signed requests. If so, accepting a particular forgery means nothing.
bool accepts_anything(const CheckSession& session) {
  const int status = session.facts.refusal_status;
  return status >= 200 && status < 300 && !session.facts.is_judged_by_echo;
}

/// Returns a request with these two headers; nullopt omits a header.
CheckRequest with_headers(CheckSession& session, std::string sent, std::string body,
                          std::optional<std::string> timestamp, std::optional<std::string> signature) {
  Headers headers;
  if (timestamp) headers.push_back({std::string(timestamp_header), *timestamp});
  if (signature) headers.push_back({std::string(signature_header), *signature});
  CheckRequest trial{.sent = std::move(sent),
                     .request = session.request(std::move(body), std::move(headers))};
  trial.how = CheckRequest::Signed::literally;
  trial.has_to_be_read = !timestamp || !signature;
  return trial;
}

void check_no_signature(Probe& probe) {
  CheckSession& session = probe.session();
  const std::string now = session.timestamp();
  probe.refuses(with_headers(session, "no signature header", session.body(), now, {}));
  probe.refuses(with_headers(session, "neither signature nor timestamp", session.body(), {}, {}));
  probe.refuses(with_headers(session, "an empty signature header", session.body(), now, ""));
  probe.refuses(with_headers(session, "the signature \"v0=\"", session.body(), now, "v0="));
  CheckRequest blanks = with_headers(session, "a signature of spaces", session.body(), now, "    ");
  blanks.form = WireForm::whole;
  probe.refuses(blanks);
}

void check_no_timestamp(Probe& probe) {
  CheckSession& session = probe.session();
  struct Variant {
    std::string_view sent;
    std::string_view signed_timestamp;
    bool has_header;
    std::string_view forgery = {};
  };
  const auto send = [&](std::string sent, std::string body, std::string value, bool has_header,
                        std::string_view forgery, Severity severity) {
    CheckRequest trial =
        with_headers(session, std::move(sent), std::move(body),
                     has_header ? std::optional<std::string>("") : std::nullopt, std::move(value));
    trial.is_wrong = true;
    trial.forgery = forgery;
    trial.severity = severity;
    probe.refuses(trial);
  };
  // Anyone who captured a request can remove its timestamp.
  const std::string captured = session.body();
  send("no timestamp, signed for this second", captured,
       session.sign(session.timestamp(), captured).back().value, false, {}, Severity::must);
  // Signing these takes the secret. Accepting them shows that the age isn't checked, but an attacker can't exploit it.
  constexpr Variant variants[] = {
      {"no timestamp, signed as v0::<body>", "", false, "no-timestamp"},
      {"an empty timestamp, signed as v0::<body>", "", true, "empty-timestamp"},
      {"no timestamp, signed with the timestamp 0", "0", false},
      {"no timestamp, signed with the timestamp \"undefined\"", "undefined", false},
      {"no timestamp, signed with the timestamp \"None\"", "None", false},
  };
  for (const Variant& variant : variants) {
    const std::string body = session.body();
    send(std::string(variant.sent), body, session.sign(variant.signed_timestamp, body).back().value,
         variant.has_header, variant.forgery, Severity::should);
  }
}

void check_tampered_body(Probe& probe) {
  CheckSession& session = probe.session();
  const auto send = [&](std::string sent, std::string_view forgery, Severity severity, auto change) {
    CheckRequest trial = session.valid(std::move(sent), session.body(R"("n":"0123",)"));
    change(trial.request.body);
    trial.is_wrong = true;
    trial.forgery = forgery;
    trial.severity = severity;
    probe.refuses(trial);
  };
  send("a body with one bit changed after signing", "tampered-body", Severity::must,
       [](std::string& body) { body[body.find("0123") + 2] ^= 1; });
  send("a body with a member inserted after signing", {}, Severity::must,
       [](std::string& body) { body.insert(1, "\"admin\":true,"); });
  send("a body with a byte appended after signing", {}, Severity::must,
       [](std::string& body) { body += "x"; });
  // A byte order mark isn't tested: text readers drop it before they verify and parse, so it can't forge anything.
  // Whitespace doesn't change an event either, but a receiver that accepts it doesn't verify the raw body.
  send("a body with a space appended after signing", "appended-byte", Severity::should,
       [](std::string& body) { body += " "; });
  send("a body with a newline appended after signing", "appended-newline", Severity::should,
       [](std::string& body) { body += "\n"; });
}

void check_tampered_timestamp(Probe& probe) {
  CheckSession& session = probe.session();
  for (const std::int64_t offset : {1, -30}) {
    CheckRequest trial = session.valid("a timestamp changed after signing", session.body());
    header_of(trial.request, timestamp_header) = session.timestamp(offset);
    trial.is_wrong = true;
    trial.forgery = "tampered-timestamp";
    probe.refuses(trial);
  }
}

CheckRequest signed_with(CheckSession& session, std::string sent, const std::string& secret) {
  const std::string body = session.body(), now = session.timestamp();
  const Sha256 digest = hmac_sha256(secret, {"v0:", now, ":", body});
  CheckRequest trial{.sent = std::move(sent),
                     .request = session.request(body, session.sign_with(now, bytes_of(digest)))};
  trial.is_wrong = true;
  return trial;
}

void check_wrong_secret(Probe& probe) {
  CheckSession& session = probe.session();
  const std::string secret(session.settings().secret.bytes());
  CheckRequest other = signed_with(session, "a signature with another secret", session.fresh_id());
  other.forgery = "wrong-secret";
  probe.refuses(other);
  // Nobody knows all of a secret but one character. Accepting these shows a bug, but lets nobody in.
  const auto near_miss = [&](std::string sent, const std::string& other_secret) {
    CheckRequest trial = signed_with(session, std::move(sent), other_secret);
    trial.severity = Severity::should;
    probe.refuses(trial);
  };
  std::string changed = secret;
  changed.back() = changed.back() == 'x' ? 'y' : 'x';
  near_miss("a signature with the secret but for its last character", changed);
  std::string other_case = secret;
  for (char& c : other_case) {
    const auto u = static_cast<unsigned char>(c);
    c = static_cast<char>(std::islower(u) ? std::toupper(u) : std::tolower(u));
  }
  if (other_case != secret) near_miss("a signature with the secret in the other case", other_case);
}

CheckRequest forged_with(CheckSession& session, const WeakSecret& weak) {
  CheckRequest trial = signed_with(session, "a forgery signed with " + name_of(weak), std::string(weak.text));
  if (weak.weakness == Weakness::empty) {
    trial.forgery = "empty-secret";
  } else {
    trial.shell_signature =
        fmt::format("$(alohook sign --secret '{}' --encoding {} --timestamp $T --header-only $F)", weak.text,
                    name_of(session.encoding()));
  }
  return trial;
}

/// Accepting a forgery proves a bug even if no valid request is accepted.
void check_weak_secret(Probe& probe) {
  CheckSession& session = probe.session();
  const ReceiverFacts& facts = session.facts;
  if (!facts.is_accepting) {
    if (facts.not_signature) return probe.inconclusive(facts.not_signature->text);
    if (!facts.first_answer.response) return probe.inconclusive("valid requests get no response");
    const WeakSecret* weak = probe.bug_finder().weak_secret();
    if (weak == nullptr) {
      return probe.inconclusive("a plain valid request isn't accepted, so rejections would prove nothing");
    }
    session.set_encoding(probe.bug_finder().weak_encoding());
    const CheckRequest trial = forged_with(session, *weak);
    const Exchange exchange = probe.send(trial);
    return probe.fail(trial, Severity::must, session.refusal_text(), describe_answer(exchange),
                      {weak_secret_cause(*weak)});
  }
  constexpr std::size_t most_far = 16;
  const auto all = weak_secrets();
  for (const WeakSecret& weak : all.subspan(0, session.settings().is_loopback ? all.size() : most_far)) {
    if (probe.is_over()) return;
    if (weak.text == session.settings().secret.bytes()) continue;
    const CheckRequest trial = forged_with(session, weak);
    const Exchange exchange = probe.send(trial);
    if (session.reaction(trial, exchange) != Reaction::accepted) {
      probe.judge_refusal(trial, exchange);
      continue;
    }
    std::vector<Cause> causes;
    if (!accepts_anything(session)) causes.push_back(weak_secret_cause(weak));
    probe.fail(trial, Severity::must, session.refusal_text(), describe_answer(exchange), std::move(causes));
    if (accepts_anything(session)) return;
  }
  const WeakSecret host{session.settings().host, Weakness::placeholder, "the URL's host"};
  probe.refuses(forged_with(session, host));
}

void check_wrong_construction(Probe& probe) {
  CheckSession& session = probe.session();
  // The kinds of deviations to try. A receiver that rejects them all doesn't accept several constructions.
  constexpr std::string_view wanted[] = {"body-only", "other-template", "other-hash", "key-message-swapped"};
  const std::string body = session.body(), now = session.timestamp();
  for (Deviation& deviation : deviations(session.settings().secret, now, body)) {
    if (std::ranges::find(wanted, deviation.cause.id) == std::end(wanted)) continue;
    if (deviation.digest.size() != sha256_size && deviation.cause.id != "other-hash") continue;
    if (probe.is_over()) return;
    CheckRequest trial{.sent = "a signature over " + deviation.name,
                       .request = session.request(body, session.sign_with(now, deviation.digest))};
    if (deviation.cause.id == "other-hash") trial.sent = "a signature made as " + deviation.name;
    trial.is_wrong = true;
    // Anyone can compute a signature without a key. The others take the secret, so an attacker can't exploit them.
    const bool needs_secret = deviation.name.find("without the secret") == std::string::npos;
    trial.severity = needs_secret ? Severity::should : Severity::must;
    const Exchange exchange = probe.send(trial);
    if (session.reaction(trial, exchange) == Reaction::accepted) {
      std::vector<Cause> causes;
      if (!accepts_anything(session)) {
        deviation.cause.proven = true;
        deviation.cause.evidence =
            "a request that is signed with " + deviation.cause.evidence + " is accepted";
        causes.push_back(std::move(deviation.cause));
      }
      probe.fail(trial, probe.severity_of(trial), session.refusal_text(), describe_answer(exchange),
                 std::move(causes));
    } else {
      probe.judge_refusal(trial, exchange);
    }
  }
}

struct Age {
  std::int64_t seconds;
  std::string_view sent;
  Severity severity;
};

void refuse_ages(Probe& probe, std::span<const Age> ages) {
  for (const Age& age : ages) {
    CheckSession& session = probe.session();
    CheckRequest trial = session.valid(std::string(age.sent), session.body(), age.seconds);
    trial.severity = age.severity;
    probe.refuses(trial);
  }
}

void note_window(Probe& probe, std::int64_t offset, std::string_view what) {
  CheckSession& session = probe.session();
  const CheckRequest trial = session.valid("a timestamp 360 s off", session.body(), offset);
  if (probe.is_over() || session.reaction(trial, probe.send_to_be_rejected(trial)) != Reaction::accepted)
    return;
  probe.remark(
      fmt::format("it accepts a timestamp {}: its window is wider than the 300 s of ALO's sample", what));
}

void check_stale(Probe& probe) {
  CheckSession& session = probe.session();
  constexpr Age ages[] = {{-86'400, "a timestamp a day old", Severity::must},
                          {-7'200, "a timestamp two hours old", Severity::should}};
  refuse_ages(probe, ages);
  const std::string body = session.body();
  CheckRequest zero =
      with_headers(session, "the timestamp 0", body, "0", session.sign("0", body).back().value);
  zero.is_wrong = true;
  zero.severity = Severity::should;  // signing it takes the secret
  zero.forgery = "zero-timestamp";
  probe.refuses(zero);
  note_window(probe, -360, "360 s old");
}

void check_future(Probe& probe) {
  constexpr Age ages[] = {{7'200, "a timestamp two hours ahead", Severity::should},
                          {315'360'000, "a timestamp ten years ahead", Severity::should}};
  refuse_ages(probe, ages);
  CheckSession& session = probe.session();
  for (const std::string& text : {session.timestamp() + "000", std::string("99999999999999999999")}) {
    const std::string body = session.body();
    CheckRequest trial =
        with_headers(session, fmt::format("the timestamp {}, which is thousands of years ahead", text), body,
                     text, session.sign(text, body).back().value);
    trial.is_wrong = true;
    probe.refuses(trial);
  }
  note_window(probe, 360, "360 s ahead");
}

constexpr Check reject_table[] = {
    {{"reject-no-signature", "reject", "rejects requests without a signature", Severity::must, CheckClass::s0,
      "https://cwe.mitre.org/data/definitions/347.html",
      "Anyone can bypass verification by omitting the header."},
     Needs::acceptance,
     check_no_signature},
    {{"reject-no-timestamp", "reject", "rejects requests without a timestamp", Severity::must, CheckClass::s0,
      signature_documentation, "Without a timestamp, a captured request could be replayed forever."},
     Needs::acceptance,
     check_no_timestamp},
    {{"reject-tampered-body", "reject", "rejects bodies that were changed after signing", Severity::must,
      CheckClass::s0, signature_documentation, "This is what the signature is for."},
     Needs::acceptance,
     check_tampered_body},
    {{"reject-tampered-timestamp", "reject", "rejects timestamps that were changed after signing",
      Severity::must, CheckClass::s0, "alohook-checks(7)",
      "A captured request could be replayed with a new timestamp."},
     Needs::acceptance,
     check_tampered_timestamp},
    {{"reject-wrong-secret", "reject", "rejects signatures made with another secret", Severity::must,
      CheckClass::s0, signature_documentation, "Anyone can sign with a secret of their own."},
     Needs::acceptance,
     check_wrong_secret},
    {{"reject-weak-secret", "reject", "rejects signatures made with an empty or well-known secret",
      Severity::must, CheckClass::s0, "https://cwe.mitre.org/data/definitions/1392.html",
      "A secret that isn't configured must not turn into one that anyone can guess."},
     Needs::nothing,
     check_weak_secret},
    {{"reject-wrong-construction", "reject", "rejects signatures made another way", Severity::should,
      CheckClass::s0, signature_documentation,
      "Every extra scheme you accept is another one to attack; signatures over the body alone can be "
      "replayed "
      "forever."},
     Needs::acceptance,
     check_wrong_construction},
    {{"reject-stale", "reject", "rejects old requests, even with a valid signature", Severity::must,
      CheckClass::s0, signature_documentation,
      "A captured request could be replayed at any time. ALO's sample rejects after 300 s, and lets a "
      "receiver choose "
      "its own age."},
     Needs::acceptance,
     check_stale},
    {{"reject-future", "reject", "rejects requests from the future", Severity::should, CheckClass::s0,
      "alohook-checks(7)",
      "ALO's sample rejects them; a window that is open on one side is usually a mistake."},
     Needs::acceptance,
     check_future},
};

}  // namespace

std::span<const Check> reject_checks() { return reject_table; }

}  // namespace alohook
