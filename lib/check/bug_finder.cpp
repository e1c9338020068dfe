#include "check/bug_finder.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>

#include "base/codec.h"
#include "diagnosis/deviations.h"
#include "http/http_date.h"
#include "signing/digest_text.h"

namespace alohook {
namespace {

constexpr int most_requests_near = 700;  // a loopback address answers in well under a millisecond
constexpr int most_requests_far = 40;

}  // namespace

std::string Oracle::write(std::string_view digest, Form form, Encoding encoding) {
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

/// A body that every transform known to have happened in the wild changes, each in its own way.
std::string Oracle::telling_body() {
  return session_.body(
             "\r\n  \"z\": 1.0, \"a\": \"caf\xC3\xA9 e\xCC\x81 \\u00e9 https:\\/\\/alo.invalid <>&\",\n"
             "\t\"10\":1, \"9\":[2,3],  ") +
         "\n";
}

bool Oracle::is_accepted(const std::string& body, std::string_view timestamp, std::string_view value) {
  if (requests_left_ == 0 || !session_.gone().empty()) return false;
  --requests_left_;
  Trial trial{.sent = "a request that is signed wrongly on purpose", .request = {}, .is_wrong = true};
  trial.request = session_.request(body, {{std::string(timestamp_header), std::string(timestamp)},
                                          {std::string(signature_header), std::string(value)}});
  return session_.reaction(trial, session_.send(trial)) == Reaction::accepted;
}

bool Oracle::is_confirmed(const std::string& name, Form form) {
  ++requests_left_;  // it has to be possible
  const std::string body = telling_body();
  const std::string timestamp = session_.timestamp();
  for (const Deviation& deviation : deviations(session_.settings().secret, timestamp, body)) {
    if (deviation.name != name) continue;
    return is_accepted(body, timestamp, write(deviation.digest, form, session_.encoding()));
  }
  return true;  // the telling body has no such form; what it was seen with stands
}

std::vector<Cause> Oracle::search(const std::string& body, Form form,
                                  const std::optional<std::string>& only) {
  const std::string timestamp = session_.timestamp();
  for (Deviation& deviation : deviations(session_.settings().secret, timestamp, body)) {
    if (requests_left_ == 0 || !session_.gone().empty()) break;
    if (only && deviation.name != *only) continue;
    if (!is_accepted(body, timestamp, write(deviation.digest, form, session_.encoding()))) continue;
    if (!only && !is_confirmed(deviation.name, form)) continue;
    found_ = Found{deviation.name, form};
    Cause cause = std::move(deviation.cause);
    cause.proven = true;
    cause.evidence = fmt::format("the same request is accepted when it is signed with {}", cause.evidence);
    return {cause};
  }
  return {};
}

/// A receiver whose clock is wrong, or that counts in milliseconds, refuses everything that is signed rightly.
std::vector<Cause> Oracle::try_other_clocks() {
  const auto try_timestamp = [&](const std::string& timestamp) {
    const std::string body = session_.body();
    return is_accepted(body, timestamp, session_.sign(timestamp, body).back().value);
  };
  const std::string milliseconds = session_.timestamp() + "000";
  if (try_timestamp(milliseconds)) {
    return {{"timestamp-form",
             "The receiver takes the timestamp for milliseconds.",
             "a request is accepted when its timestamp is in milliseconds; ALO's is in seconds",
             {{"", "Compare the timestamp header, which is in seconds, with the clock in seconds."},
              {"Node", "Math.floor(Date.now() / 1000), not Date.now()"}},
             true}};
  }
  if (session_.settings().is_loopback) {
    for (int hours = -14; hours <= 14; ++hours) {
      if (hours == 0 || !try_timestamp(session_.timestamp(hours * std::int64_t{3600}))) continue;
      return {{"clock-skew",
               "The receiver's clock, or the time zone that it takes for UTC, is wrong.",
               fmt::format("a request is accepted when its timestamp is {} h {}", std::abs(hours),
                           hours > 0 ? "ahead" : "behind"),
               {{"", "Compare with Unix time, which has no time zone, and let NTP set the clock."}},
               true}};
    }
  }
  const auto& response = session_.first_answer().response;
  const auto date = response ? header_value(response->headers, "Date") : std::nullopt;
  const auto theirs = date ? parse_http_date(*date, session_.world().now()) : std::nullopt;
  if (!theirs) return {};
  const std::int64_t off = unix_seconds(*theirs) - unix_seconds(session_.world().now());
  if (std::llabs(off) < 30 || !try_timestamp(session_.timestamp(off))) return {};
  return {
      {"clock-skew",
       "The receiver's clock is wrong.",
       fmt::format("a request is accepted when its timestamp is {} s {}, as the receiver's Date header says",
                   std::llabs(off), off > 0 ? "ahead" : "behind"),
       {{"", "Let NTP set the clock of the machine that the receiver runs on."}},
       true}};
}

std::vector<Cause> Oracle::search_all(const std::string& body) {
  if (session_.is_encoding_known()) {
    std::vector<Cause> causes = search(telling_body(), Form::session, {});
    return causes.empty() ? search(body, Form::session, {}) : causes;
  }
  // Nothing was accepted so far. The right MAC in another dress comes first.
  for (const Form form : {Form::github, Form::v1, Form::upper_hex, Form::base64url}) {
    const std::string text = session_.body(), timestamp = session_.timestamp();
    const Sha256 right = mac(session_.settings().secret, timestamp, text);
    if (!is_accepted(text, timestamp, write(bytes_of(right), form, session_.encoding()))) continue;
    constexpr std::string_view names[] = {
        "", "", "", "", "sha256=<hex>", "v1=<hex>", "upper-case hex", "base64url without padding"};
    return {{"other-encoding",
             "The receiver expects the MAC to be written in another way.",
             fmt::format("the right MAC is accepted as {}; ALO does not document how it is written",
                         names[static_cast<int>(form)]),
             {{"", "Find out which form your ALO app receives (alohook listen shows it), and expect that."}},
             true}};
  }
  if (auto causes = try_other_clocks(); !causes.empty()) return causes;
  for (const Form form : {Form::v0, Form::hex, Form::base64, Form::github}) {
    if (auto causes = search(telling_body(), form, {}); !causes.empty()) return causes;
  }
  return {};
}

std::vector<Cause> Oracle::name_the_bug(const std::string& body) {
  requests_left_ = session_.settings().is_loopback ? most_requests_near : most_requests_far;
  if (found_) {
    if (auto causes = search(body, found_->form, found_->name); !causes.empty()) return causes;
    if (auto causes = search(telling_body(), found_->form, found_->name); !causes.empty()) return causes;
  }
  return search_all(body);
}

}  // namespace alohook
