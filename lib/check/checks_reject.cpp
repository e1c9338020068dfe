// Requests that must be refused for what was signed, with what, and when.
#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "base/codec.h"
#include "base/crypto.h"
#include "check/table.h"
#include "diagnosis/deviations.h"
#include "signing/signed_request.h"

namespace alohook {
namespace {

constexpr std::string_view documentation =
    "https://docs.alo.ai/doc/dev/alo-apps/webhooks/verifying-requests-from-alo";

/// A request with these two headers; nullopt leaves one out.
Trial with_headers(CheckSession& session, std::string sent, std::string body,
                   std::optional<std::string> timestamp, std::optional<std::string> signature) {
  Headers headers;
  if (timestamp) headers.push_back({std::string(timestamp_header), *timestamp});
  if (signature) headers.push_back({std::string(signature_header), *signature});
  Trial trial{.sent = std::move(sent), .request = session.request(std::move(body), std::move(headers))};
  trial.how = Trial::Signed::literally;
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
  Trial blanks = with_headers(session, "a signature of blanks", session.body(), now, "    ");
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
  constexpr Variant variants[] = {
      {"no timestamp, signed as v0::<body>", "", false, "no-timestamp"},
      {"an empty timestamp, signed as v0::<body>", "", true, "empty-timestamp"},
      {"no timestamp, signed with the timestamp 0", "0", false},
      {"no timestamp, signed with the timestamp \"undefined\"", "undefined", false},
      {"no timestamp, signed with the timestamp \"None\"", "None", false},
  };
  const auto send = [&](std::string sent, std::string body, std::string value, bool has_header,
                        std::string_view forgery) {
    Trial trial = with_headers(session, std::move(sent), std::move(body),
                               has_header ? std::optional<std::string>("") : std::nullopt, std::move(value));
    trial.is_wrong = true;
    trial.forgery = forgery;
    probe.refuses(trial);
  };
  for (const Variant& variant : variants) {
    const std::string body = session.body();
    send(std::string(variant.sent), body, session.sign(variant.signed_timestamp, body).back().value,
         variant.has_header, variant.forgery);
  }
  const std::string body = session.body();
  send("no timestamp, signed for this second", body, session.sign(session.timestamp(), body).back().value,
       false, {});
}

void check_tampered_body(Probe& probe) {
  CheckSession& session = probe.session();
  const auto send = [&](std::string sent, std::string_view forgery, auto change) {
    Trial trial = session.valid(std::move(sent), session.body(R"("n":"0123",)"));
    change(trial.request.body);
    trial.is_wrong = true;
    trial.forgery = forgery;
    probe.refuses(trial);
  };
  send("a body with one bit changed after signing", "tampered-body",
       [](std::string& body) { body[body.find("0123") + 2] ^= 1; });
  send("a body with another member put in after signing", {},
       [](std::string& body) { body.insert(1, "\"admin\":true,"); });
  send("a body with a byte order mark put in front after signing", {},
       [](std::string& body) { body.insert(0, "\xEF\xBB\xBF"); });
  send("a body with a byte added after signing", {}, [](std::string& body) { body += "x"; });
  send("a body with a blank added after signing", "appended-byte", [](std::string& body) { body += " "; });
  send("a body with a line feed added after signing", "appended-newline",
       [](std::string& body) { body += "\n"; });
}

void check_tampered_timestamp(Probe& probe) {
  CheckSession& session = probe.session();
  for (const std::int64_t offset : {1, -30}) {
    Trial trial = session.valid("a timestamp changed after signing", session.body());
    header_of(trial.request, timestamp_header) = session.timestamp(offset);
    trial.is_wrong = true;
    trial.forgery = "tampered-timestamp";
    probe.refuses(trial);
  }
}

Trial signed_with(CheckSession& session, std::string sent, const std::string& secret) {
  const std::string body = session.body(), now = session.timestamp();
  const Sha256 digest = hmac_sha256(secret, {"v0:", now, ":", body});
  Trial trial{.sent = std::move(sent),
              .request = session.request(body, session.sign_with(now, bytes_of(digest)))};
  trial.is_wrong = true;
  return trial;
}

void check_wrong_secret(Probe& probe) {
  CheckSession& session = probe.session();
  const std::string secret(session.settings().secret.bytes());
  Trial other = signed_with(session, "a signature with another secret", session.fresh_id());
  other.forgery = "wrong-secret";
  probe.refuses(other);
  std::string changed = secret;
  changed.back() = changed.back() == 'x' ? 'y' : 'x';
  probe.refuses(signed_with(session, "a signature with the secret but for its last character", changed));
  std::string other_case = secret;
  for (char& c : other_case) {
    const auto u = static_cast<unsigned char>(c);
    c = static_cast<char>(std::islower(u) ? std::toupper(u) : std::tolower(u));
  }
  if (other_case != secret)
    probe.refuses(signed_with(session, "a signature with the secret in the other case", other_case));
}

void check_weak_secret(Probe& probe) {
  CheckSession& session = probe.session();
  for (const std::string& weak :
       {std::string(), std::string("undefined"), std::string("null"), std::string("None"), std::string("nil"),
        std::string("secret"), std::string("changeme"), std::string("test"), std::string("***"),
        session.settings().host}) {
    if (weak == session.settings().secret.bytes()) continue;
    Trial trial = signed_with(session,
                              weak.empty() ? "a signature with an empty secret"
                                           : fmt::format("a signature with the secret \"{}\"", weak),
                              weak);
    if (weak.empty()) {
      trial.forgery = "empty-secret";
    } else {
      trial.shell_signature =
          fmt::format("$(alohook sign --secret '{}' --encoding {} --timestamp $T --header-only $F)", weak,
                      name_of(session.encoding()));
    }
    probe.refuses(trial);
  }
}

void check_wrong_construction(Probe& probe) {
  CheckSession& session = probe.session();
  const std::string secret(session.settings().secret.bytes());
  // The likeliest of each kind; that they are refused here shows that the receiver doesn't take several forms.
  constexpr std::string_view wanted[] = {"body-only", "other-template", "other-hash", "key-message-swapped"};
  const bool takes_anything = session.refusal_status() >= 200 && session.refusal_status() < 300;
  const std::string body = session.body(), now = session.timestamp();
  for (Deviation& deviation : deviations(session.settings().secret, now, body)) {
    if (std::ranges::find(wanted, deviation.cause.id) == std::end(wanted)) continue;
    if (deviation.digest.size() != sha256_size && deviation.cause.id != "other-hash") continue;
    if (probe.is_over()) return;
    Trial trial{.sent = "a signature over " + deviation.name,
                .request = session.request(body, session.sign_with(now, deviation.digest))};
    if (deviation.cause.id == "other-hash") trial.sent = "a signature made as " + deviation.name;
    trial.is_wrong = true;
    const Exchange exchange = probe.send(trial);
    if (session.reaction(trial, exchange) == Reaction::accepted) {
      // What takes anything has no bug of this kind.
      std::vector<Cause> causes;
      if (!takes_anything) {
        deviation.cause.proven = true;
        deviation.cause.evidence =
            "a request that is signed with " + deviation.cause.evidence + " is accepted";
        causes.push_back(std::move(deviation.cause));
      }
      probe.fail(trial, Severity::must, session.refusal_text(), describe_answer(exchange), std::move(causes));
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
    Trial trial = session.valid(std::string(age.sent), session.body(), age.seconds);
    trial.severity = age.severity;
    probe.refuses(trial);
  }
}

void note_window(Probe& probe, std::int64_t offset, std::string_view what) {
  CheckSession& session = probe.session();
  const Trial trial = session.valid("a timestamp 360 s off", session.body(), offset);
  if (probe.is_over() || session.reaction(trial, probe.send(trial)) != Reaction::accepted) return;
  probe.remark(
      fmt::format("a timestamp {} is accepted: its window is wider than the 300 s of ALO's sample", what));
}

void check_stale(Probe& probe) {
  CheckSession& session = probe.session();
  constexpr Age ages[] = {{-86'400, "a timestamp that is a day old", Severity::must},
                          {-7'200, "a timestamp that is two hours old", Severity::should}};
  refuse_ages(probe, ages);
  const std::string body = session.body();
  Trial zero = with_headers(session, "the timestamp 0", body, "0", session.sign("0", body).back().value);
  zero.is_wrong = true;
  zero.forgery = "zero-timestamp";
  probe.refuses(zero);
  note_window(probe, -360, "that is 360 s old");
}

void check_future(Probe& probe) {
  constexpr Age ages[] = {{7'200, "a timestamp two hours ahead", Severity::should},
                          {315'360'000, "a timestamp ten years ahead", Severity::should}};
  refuse_ages(probe, ages);
  CheckSession& session = probe.session();
  for (const std::string& text : {session.timestamp() + "000", std::string("99999999999999999999")}) {
    const std::string body = session.body();
    Trial trial =
        with_headers(session, fmt::format("the timestamp {}, which is thousands of years ahead", text), body,
                     text, session.sign(text, body).back().value);
    trial.is_wrong = true;
    probe.refuses(trial);
  }
  note_window(probe, 360, "360 s ahead");
}

constexpr Check checks[] = {
    {{"reject-no-signature", "reject", "A request without a signature is refused", Severity::must,
      CheckClass::s0, "https://cwe.mitre.org/data/definitions/347.html",
      "Whoever leaves the header out gets in."},
     Needs::acceptance,
     check_no_signature},
    {{"reject-no-timestamp", "reject", "A request without a timestamp is refused", Severity::must,
      CheckClass::s0, documentation, "Without its timestamp a request can be sent again for ever."},
     Needs::acceptance,
     check_no_timestamp},
    {{"reject-tampered-body", "reject", "A body that was changed after signing is refused", Severity::must,
      CheckClass::s0, documentation, "This is what the signature is for."},
     Needs::acceptance,
     check_tampered_body},
    {{"reject-tampered-timestamp", "reject", "A timestamp that was changed after signing is refused",
      Severity::must, CheckClass::s0, "alohook-checks(7)",
      "A captured request could be sent again with a new timestamp."},
     Needs::acceptance,
     check_tampered_timestamp},
    {{"reject-wrong-secret", "reject", "A signature with another secret is refused", Severity::must,
      CheckClass::s0, documentation, "Anybody can sign with a secret of their own."},
     Needs::acceptance,
     check_wrong_secret},
    {{"reject-weak-secret", "reject", "A signature with an empty or a well-known secret is refused",
      Severity::must, CheckClass::s0, "https://cwe.mitre.org/data/definitions/1392.html",
      "A secret that was not configured must not turn into one that anybody can guess."},
     Needs::acceptance,
     check_weak_secret},
    {{"reject-wrong-construction", "reject", "A signature that is made in another way is refused",
      Severity::must, CheckClass::s0, documentation,
      "Each other way that is taken is one more to forge: body-only signatures can be replayed for ever."},
     Needs::acceptance,
     check_wrong_construction},
    {{"reject-stale", "reject", "An old request is refused though its signature is right", Severity::must,
      CheckClass::s0, documentation,
      "Who has captured a request once could send it again at any time. ALO's sample refuses after 300 s and "
      "lets "
      "a receiver choose its own age."},
     Needs::acceptance,
     check_stale},
    {{"reject-future", "reject", "A request from the future is refused", Severity::should, CheckClass::s0,
      "alohook-checks(7)",
      "ALO's sample refuses it; a window that is open on one side is usually a mistake."},
     Needs::acceptance,
     check_future},
};

}  // namespace

std::span<const Check> reject_checks() { return checks; }

}  // namespace alohook
