#include "diagnosis/explain.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <map>
#include <utility>

#include "base/age.h"
#include "base/text.h"
#include "base/visible.h"
#include "diagnosis/forms/timestamp_forms.h"
#include "signing/secret_check.h"

namespace alohook {
namespace {

using enum CauseId;

constexpr std::size_t context_before = 16;
constexpr std::size_t context_after = 24;
constexpr std::int64_t hour = 3600;

bool is_continuation(std::string_view text, std::size_t at) {
  return at < text.size() && is_utf8_continuation(text[at]);
}

/// Returns the text around `at` in whole characters, made visible.
std::string context(std::string_view text, std::size_t at) {
  std::size_t start = at > context_before ? at - context_before : 0;
  std::size_t end = std::min(text.size(), at + context_after);
  while (start > 0 && is_continuation(text, start)) --start;
  while (is_continuation(text, end)) ++end;
  return fmt::format("{}{}{}", start > 0 ? "…" : "", visible(text.substr(start, end - start)),
                     end < text.size() ? "…" : "⏎");
}

/// The evidence for each cause of a hit. A cause may have several pieces of evidence.
class Evidence {
 public:
  void add(CauseId cause, std::string text) {
    if (cause == none) return;
    std::string& all = texts_[cause];
    all += all.empty() ? text : "; " + text;
  }

  /// Returns the causes in the order of CauseId, which is roughly by frequency.
  std::vector<Cause> causes(const Viewpoint& view) && {
    std::vector<Cause> causes;
    for (auto& [id, text] : texts_)
      causes.push_back(make_cause(id, std::move(text), Certainty::proven, view));
    return causes;
  }

 private:
  std::map<CauseId, std::string> texts_;
};

std::string body_evidence(const Hit& hit, std::string_view body) {
  std::string fits = "the MAC fits " + hit.body.note;
  if (hit.body.cause == body_missing || hit.body.cause == body_part || hit.body.cause == body_truncated)
    return fits;
  return fmt::format("{}; {}", fits, first_difference(body, hit.signed_body));
}

/// Returns the bytes around `at` in whole characters.
std::string excerpt_around(std::string_view text, std::size_t at) {
  constexpr std::size_t before = 40, after = 120;
  std::size_t start = at > before ? at - before : 0, end = std::min(text.size(), at + after);
  while (start > 0 && is_continuation(text, start)) --start;
  while (is_continuation(text, end)) ++end;
  return std::string(text.substr(std::min(start, text.size()), end - start));
}

BodyDifference difference_between(std::string_view body, std::string_view signed_body) {
  const auto [in_body, in_signed] = std::ranges::mismatch(body, signed_body);
  const auto at = static_cast<std::size_t>(in_body - body.begin());
  return {at, excerpt_around(body, at), excerpt_around(signed_body, at), body.size(), signed_body.size()};
}

std::string secret_evidence(const Hit& hit, const Secrets& secrets) {
  if (hit.secret.form.cause == secret_unset) return "the MAC fits " + hit.secret.form.note;
  return fmt::format("the MAC fits {} {}", name_of_secret(secrets, hit.secret.number), hit.secret.form.note);
}

}  // namespace

std::string first_difference(std::string_view body, std::string_view signed_body) {
  const auto [in_body, in_signed] = std::ranges::mismatch(body, signed_body);
  std::size_t at = static_cast<std::size_t>(in_body - body.begin());
  while (at > 0 && (is_continuation(body, at) || is_continuation(signed_body, at))) --at;
  return fmt::format("they differ from byte {} on: the body has {}, what was signed has {}", at,
                     context(body, at), context(signed_body, at));
}

std::vector<Cause> explain_hit(const Hit& hit, const DiagnosisInput& input) {
  Evidence evidence;
  if (hit.body.cause != none) {
    const std::string text = body_evidence(hit, input.body);
    evidence.add(hit.body.cause, text);
    evidence.add(hit.body.also, "the MAC fits " + hit.body.note);
  }
  const Form& secret = hit.secret.form;
  evidence.add(secret.cause, secret_evidence(hit, input.secrets));
  evidence.add(secret.also, secret_evidence(hit, input.secrets));
  if (hit.timestamp) {
    const bool is_lost = hit.timestamp->cause == headers_altered;
    evidence.add(
        hit.timestamp->cause,
        is_lost ? hit.timestamp->note : fmt::format("the MAC fits the timestamp {}", hit.timestamp->note));
  }
  evidence.add(hit.base.cause, fmt::format("the MAC fits the base string {}", hit.base.shown));
  evidence.add(hit.method.cause, fmt::format("the MAC is the {}", hit.method.shown));
  // The MAC itself is correct only if nothing else deviates.
  const bool is_right = hit.body.cause == none && secret.cause == none && hit.base.cause == none &&
                        hit.method.cause == none && (!hit.timestamp || hit.timestamp->cause == none);
  for (const CauseId cause : hit.reading.causes)
    evidence.add(cause, fmt::format("{} MAC, {}", is_right ? "the right" : "the", hit.reading.note));
  std::vector<Cause> causes = std::move(evidence).causes(input.view);
  const auto text_of_body = std::ranges::find(cause_texts(), hit.body.cause, &CauseText::id);
  for (Cause& cause : causes) {
    if (cause.id == "other-encoding" && !hit.reading.fix.empty())
      cause.fixes.insert(cause.fixes.begin(), {"", std::string(hit.reading.fix)});
    if (text_of_body != cause_texts().end() && cause.id == text_of_body->name)
      cause.difference = difference_between(input.body, hit.signed_body);
  }
  return causes;
}

Cause explain_nothing_found(const SearchResult& result, const DiagnosisInput& input) {
  const Secrets& secrets = input.secrets;
  std::string tried;
  for (std::size_t i = 0; i < secrets.size(); ++i) {
    tried += (i == 0 ? "" : ", ") + name_of_secret(secrets, i + 1);
    if (is_short_secret(secrets[i].bytes()))
      tried += ", which is so short that it may be truncated or a placeholder";
  }
  std::string evidence = fmt::format(
      "{} combinations of secret, timestamp, base string, body and hash were tried with {}; none gives this "
      "signature",
      result.macs_tried, tried);
  if (result.stopped_early) evidence += "; a limit ended the search before everything was tried";
  return make_cause(wrong_secret, std::move(evidence), Certainty::suspected, input.view);
}

bool has_replacements(std::string_view body) { return body.find("\xEF\xBF\xBD") != std::string_view::npos; }

Cause explain_lost_bytes(std::string_view body, std::string evidence, Certainty certainty,
                         const Viewpoint& view) {
  Cause cause = make_cause(has_replacements(body) ? body_charset : body_truncated, std::move(evidence),
                           certainty, view);
  cause.text = "The capture lost bytes of the body, so its signature can't be verified.";
  return cause;
}

Cause explain_age(std::string_view timestamp, std::int64_t age_s, const DiagnosisInput& input) {
  if (auto form = look_at_timestamp(timestamp, input.now)) {
    return make_cause(form->cause, std::move(form->note), Certainty::proven, input.view);
  }
  const std::int64_t off = std::llabs(age_s), tolerance = input.policy.tolerance.count();
  std::string evidence =
      fmt::format("the timestamp {} is {} {}; the limit is {}", timestamp, human_age(off, tolerance),
                  age_s < 0 ? "ahead of this clock" : "old", human_age(tolerance));
  const std::int64_t hours = (off + hour / 2) / hour;
  const bool is_zone = hours >= 1 && hours <= 14 && std::llabs(off - hours * hour) <= tolerance;
  if (is_zone)
    evidence +=
        fmt::format("; that is {} h within the tolerance, so a time zone may have been taken for UTC", hours);
  return make_cause(clock_skew, std::move(evidence), Certainty::proven, input.view);
}

std::string name_of_secret(const Secrets& secrets, std::size_t number) {
  const Secret& secret = secrets[number - 1];
  return secrets.size() > 1 ? describe(secret, number) : fmt::format("the secret ({})", fingerprint(secret));
}

}  // namespace alohook
