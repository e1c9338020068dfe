#include "check/bug_finder.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/codec.h"
#include "base/crypto.h"
#include "check/bodies/mutations.h"
#include "check/clock_finder.h"
#include "diagnosis/deviations.h"
#include "signing/digest_text.h"

namespace alohook {
namespace {

constexpr int most_requests_near = 1500;  // a loopback address answers in well under a millisecond
constexpr int most_requests_far = 80;
constexpr int fewest_to_confirm = 8;
constexpr std::size_t namesakes = 12;
constexpr std::size_t commonest_weak_secrets = 8;
// While the encoding isn't known, only the likeliest ways of signing are tried in each of the others.
constexpr std::size_t ways_in_other_encodings = 31;

constexpr std::string_view form_names[] = {
    "", "", "", "", "sha256=<hex>", "v1=<hex>", "upper-case hex", "base64url without padding"};

}  // namespace

Cause weak_secret_cause(const WeakSecret& weak) {
  Cause cause{weak.weakness == Weakness::placeholder ? "secret-placeholder" : "secret-unset",
              fmt::format("The receiver verifies with {}.", name_of(weak)),
              fmt::format("a forgery signed with {} is accepted ({})", name_of(weak), weak.source),
              {},
              true};
  cause.fixes = {
      {"",
       "Set the secret where the receiver runs, and let it refuse to start without one: anyone can forge "
       "events now."},
      {"Node", "if (!process.env.ALO_SIGNING_SECRET) throw new Error('ALO_SIGNING_SECRET is not set')"},
      {"Python", "os.environ['ALO_SIGNING_SECRET'] (raises KeyError), not os.environ.get(…)"}};
  return cause;
}

int BugFinder::most_requests(bool is_loopback) {
  return is_loopback ? most_requests_near : most_requests_far;
}

BugFinder::BugFinder(CheckSession& session)
    : session_(session), requests_left_(most_requests(session.settings().is_loopback)) {}

std::string BugFinder::write(std::string_view digest, Form form, Encoding encoding) {
  std::string hex = hex_encode(digest);
  switch (form) {
    case Form::session:
      return encode_digest(digest, encoding);
    case Form::v0:
      return "v0=" + hex;
    case Form::hex:
      return hex;
    case Form::base64:
      return base64_encode(digest);
    case Form::github:
      return "sha256=" + hex;
    case Form::v1:
      return "v1=" + hex;
    case Form::upper_hex:
      return hex_encode_upper(digest);
    case Form::base64url:
      return base64url_encode(digest);
  }
  return {};
}

/// Returns a body that every known transformation changes, each in a different way.
std::string BugFinder::telling_body() {
  return session_.body(
             "\r\n  \"z\": 1.0, \"a\": \"caf\xC3\xA9 e\xCC\x81 \\u00e9 https:\\/\\/alo.invalid <>&\",\n"
             "\t\"10\":1, \"9\":[2,3],  ") +
         "\n";
}

bool BugFinder::is_accepted(const std::string& body, std::string_view timestamp, std::string_view value) {
  if (!may_send()) return false;
  --requests_left_;
  CheckRequest trial{.sent = "a request that is signed wrongly on purpose", .request = {}, .is_wrong = true};
  trial.request = session_.request(body, {{std::string(timestamp_header), std::string(timestamp)},
                                          {std::string(signature_header), std::string(value)}});
  return session_.reaction(trial, session_.send(trial)) == Reaction::accepted;
}

/// Sends a body with the signature of a different body.
bool BugFinder::is_accepted_over(const std::string& body, const std::string& signed_body) {
  const std::string timestamp = session_.timestamp();
  return is_accepted(body, timestamp, session_.sign(timestamp, signed_body).back().value);
}

/// Whether a body is rejected when it is signed correctly.
bool BugFinder::is_rejected_correctly_signed(const std::string& body) {
  const CheckRequest control = session_.valid("a valid request beside one that is signed wrongly", body);
  const Exchange exchange = session_.send(control);
  return exchange.response && session_.reaction(control, exchange) != Reaction::accepted;
}

/// A cause is proven by the pair: the same body is rejected when it is signed correctly.
std::vector<Cause> BugFinder::proven(Deviation deviation, const std::string& body) {
  if (!is_rejected_correctly_signed(body)) return {};
  Cause cause = std::move(deviation.cause);
  cause.proven = true;
  cause.evidence =
      fmt::format("a request is rejected when it is signed correctly, and accepted when it is signed with {}",
                  cause.evidence);
  return {std::move(cause)};
}

std::vector<Cause> BugFinder::search(const std::string& body, Form form, const Ways& ways) {
  const std::string timestamp = session_.timestamp();
  std::size_t tried = 0;
  for (Deviation& deviation : deviations(session_.settings().secret, timestamp, body)) {
    if (!may_send() || tried == ways.most) break;
    if (!ways.name.empty() && deviation.name != ways.name) continue;
    if (!ways.cause.empty() && (deviation.cause.id != ways.cause || deviation.name == ways.except)) continue;
    ++tried;
    if (!is_accepted(body, timestamp, write(deviation.digest, form, session_.encoding()))) continue;
    const std::string name = deviation.name;
    if (auto causes = proven(std::move(deviation), body); !causes.empty()) {
      found_ = Found{name, causes.front().id, form};
      return causes;
    }
  }
  return {};
}

/// Searches with a plain body first. Most software writes it in the same way, so there are few ways to distinguish. Then
/// the telling body, which each of them writes differently, identifies the software.
std::vector<Cause> BugFinder::search_by_plain_body(Form form, const Ways& ways) {
  std::vector<Cause> causes = search(session_.body(), form, ways);
  if (causes.empty()) return {};
  requests_left_ = std::max(requests_left_, fewest_to_confirm);  // it has to be possible
  const Found plain = *found_;
  std::vector<Cause> told = search(telling_body(), form, {.name = plain.name});
  if (told.empty()) told = search(telling_body(), form, {.cause = causes.front().id, .except = plain.name});
  if (!told.empty()) return told;
  found_ = plain;
  // Once more, to rule out chance.
  return search(session_.body(), form, {.name = plain.name});
}

/// Tries the other forms of a body: with the right secret and construction, nothing else can be wrong.
std::vector<Cause> BugFinder::search_changes(const std::string& body) {
  const std::string timestamp = session_.timestamp();
  for (Deviation& deviation : deviations(session_.settings().secret, timestamp, body)) {
    if (!may_send()) break;
    if (!deviation.cause.id.starts_with("body-")) continue;
    const std::string value = write(deviation.digest, Form::session, session_.encoding());
    if (!is_accepted(body, timestamp, value) || !is_accepted(body, timestamp, value)) continue;
    const std::string name = deviation.name;
    auto causes = proven(std::move(deviation), body);
    if (causes.empty()) continue;
    found_ = Found{name, causes.front().id, Form::session};
    return causes;
  }
  return {};
}

/// Sends the correct MAC, encoded in other ways.
std::vector<Cause> BugFinder::try_other_forms() {
  for (const Form form : {Form::github, Form::v1, Form::upper_hex, Form::base64url}) {
    const std::string text = session_.body(), timestamp = session_.timestamp();
    const Sha256 right = mac(session_.settings().secret, timestamp, text);
    if (!is_accepted(text, timestamp, write(bytes_of(right), form, session_.encoding()))) continue;
    return {{"other-encoding",
             "The receiver expects the MAC to be written another way.",
             fmt::format("the right MAC is accepted as {}; ALO doesn't document how it is written",
                         form_names[static_cast<int>(form)]),
             {{"", "Find out which form your ALO app receives (alohook listen shows it), and expect that."}},
             true}};
  }
  return {};
}

const WeakSecret* BugFinder::weak_secret() {
  if (std::exchange(has_looked_for_weak_secret_, true)) return weak_secret_;
  const bool is_near = session_.settings().is_loopback;
  const Form forms[] = {Form::v0, Form::hex, Form::base64};
  for (const Form form : forms) {
    const bool is_known = session_.facts.encoding.has_value();
    if (is_known && static_cast<int>(form) != static_cast<int>(*session_.facts.encoding) + 1) continue;
    if (!is_near && !is_known && form != Form::v0) break;
    const bool tries_all = is_near && (is_known || form == Form::v0);
    for (const WeakSecret& weak :
         weak_secrets().subspan(0, tries_all ? weak_secrets().size() : commonest_weak_secrets)) {
      if (weak.text == session_.settings().secret.bytes()) continue;
      const std::string body = session_.body(), timestamp = session_.timestamp();
      const Sha256 digest = hmac_sha256(weak.text, {"v0:", timestamp, ":", body});
      if (!is_accepted(body, timestamp, write(bytes_of(digest), form, session_.encoding()))) continue;
      weak_secret_ = &weak;
      weak_encoding_ = static_cast<Encoding>(static_cast<int>(form) - 1);
      return weak_secret_;
    }
  }
  return weak_secret_;
}

std::vector<Cause> BugFinder::search_all(const std::string& body) {
  if (session_.facts.is_accepting) {
    std::vector<Cause> causes = search(telling_body(), Form::session, {});
    return causes.empty() ? search(body, Form::session, {}) : causes;
  }
  // Nothing was accepted so far, so try cheap and likely explanations first.
  if (const WeakSecret* weak = weak_secret()) return {weak_secret_cause(*weak)};
  if (auto causes = try_other_forms(); !causes.empty()) return causes;
  ClockFinder clock(session_, [this] { return may_send() && requests_left_-- > 0; });
  if (auto cause = clock.find()) return {std::move(*cause)};
  if (session_.settings().encoding) return search_by_plain_body(Form::session, {});
  const std::pair<Form, Ways> forms[] = {{Form::v0, {}},
                                         {Form::hex, {.most = ways_in_other_encodings}},
                                         {Form::base64, {.most = ways_in_other_encodings}},
                                         {Form::github, {.cause = "body-only"}}};
  for (const auto& [form, ways] : forms) {
    if (auto causes = search_by_plain_body(form, ways); !causes.empty()) return causes;
  }
  return {};
}

std::vector<Cause> BugFinder::name_the_bug(const std::string& body) {
  if (found_) {
    const Found known = *found_;
    if (auto causes = search(body, known.form, {.name = known.name}); !causes.empty()) return causes;
    if (auto causes = search(telling_body(), known.form, {.name = known.name}); !causes.empty())
      return causes;
  }
  return search_all(body);
}

std::vector<Cause> BugFinder::name_the_change(const std::string& body, std::size_t cut_at) {
  if (found_) {
    const Found known = *found_;
    std::vector<Cause> causes = search(body, known.form, {.name = known.name});
    // The software that was found for another body may write this one as other software does.
    if (causes.empty())
      causes = search(body, known.form, {.most = namesakes, .cause = known.cause, .except = known.name});
    found_ = known;
    if (!causes.empty()) return causes;
  }
  const std::vector<Fix> fixes = {
      {"",
       "Verify the signature over the raw bytes, before any middleware parses, cleans or limits the body."}};
  if (cut_at > 0 && cut_at < body.size() && is_accepted_over(body, body.substr(0, cut_at))) {
    return {
        {"body-cut", fmt::format("The body is cut after {} bytes before it is verified.", cut_at),
         fmt::format("a body of {} bytes is accepted when only its first {} are signed", body.size(), cut_at),
         fixes, true}};
  }
  // If something changes every body, this body identifies it exactly, because each such change alters it differently.
  if (!std::exchange(has_searched_changes_, true)) {
    if (auto causes = search_changes(telling_body()); !causes.empty()) return causes;
  }
  const Mutation* suspect = nullptr;
  for (const Mutation& mutation : mutations()) {
    const std::string altered = apply(mutation, body);
    if (altered == body) continue;
    // Nearly every body contains letters, so a change of case is an unlikely guess.
    const bool is_about_case = mutation.what.starts_with("strings are written");
    if (suspect == nullptr && !is_about_case) suspect = &mutation;
    if (!may_send()) break;
    if (!is_accepted_over(body, altered) || !is_accepted_over(body, altered)) continue;
    return {{"body-altered", fmt::format("The body is altered before it is verified: {}.", mutation.what),
             fmt::format("the same request is accepted when the altered body is signed; known from {}",
                         mutation.source),
             fixes, true}};
  }
  if (auto causes = search_changes(body); !causes.empty()) return causes;
  if (suspect == nullptr || cut_at > 0) return {};
  return {{"body-altered", "Something alters the body before it is verified.",
           fmt::format("perhaps {}; known from {}", suspect->what, suspect->source), fixes, false}};
}

}  // namespace alohook
