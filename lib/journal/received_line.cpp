#include "journal/received_line.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <string>
#include <utility>

#include "base/codec.h"
#include "journal/reader.h"
#include "json/json_text.h"

namespace alohook {
namespace {

using Index = JsonText::Index;

std::string text_at(const JsonText& json, Index object, std::string_view key) {
  const auto value = json.member(object, key);
  if (!value || json.kind(*value) != JsonText::Kind::string) return {};
  return unescape_json_string(json.raw(*value));
}

std::optional<std::int64_t> number_at(const JsonText& json, Index object, std::string_view key) {
  const auto value = json.member(object, key);
  if (!value || json.kind(*value) != JsonText::Kind::number) return std::nullopt;
  const std::string_view raw = json.raw(*value);
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(raw.data(), raw.data() + raw.size(), number);
  return error == std::errc() && end == raw.data() + raw.size() ? std::optional(number) : std::nullopt;
}

std::chrono::microseconds duration_at(const JsonText& json, Index object, std::string_view key) {
  const auto value = json.member(object, key);
  if (!value || json.kind(*value) != JsonText::Kind::number) return {};
  const double ms = std::strtod(std::string(json.raw(*value)).c_str(), nullptr);
  return std::chrono::microseconds(std::llround(std::clamp(ms, 0.0, 1e12) * 1000));
}

std::optional<Index> object_at(const JsonText& json, std::string_view key) {
  const auto value = json.member(JsonText::root, key);
  return value && json.kind(*value) == JsonText::Kind::object ? value : std::nullopt;
}

/// `["name","value"]` or `["name",{"base64":"…"}]`.
Headers headers_at(const JsonText& json, Index object, std::string_view key) {
  Headers headers;
  const auto list = json.member(object, key);
  if (!list || json.kind(*list) != JsonText::Kind::array) return headers;
  for (const Index pair : json.children(*list)) {
    const auto parts = json.children(pair);
    if (parts.size() != 2 || json.kind(parts[0]) != JsonText::Kind::string) continue;
    const bool is_text = json.kind(parts[1]) == JsonText::Kind::string;
    headers.push_back({unescape_json_string(json.raw(parts[0])),
                       is_text ? unescape_json_string(json.raw(parts[1]))
                               : base64_decode(text_at(json, parts[1], "base64")).value_or("")});
  }
  return headers;
}

constexpr Verdict verdicts[] = {Verdict::valid,
                                Verdict::invalid,
                                Verdict::stale,
                                Verdict::future,
                                Verdict::missing_signature,
                                Verdict::missing_timestamp,
                                Verdict::malformed_signature,
                                Verdict::malformed_timestamp};

Verification read_verification(const JsonText& json, Index object, std::optional<Encoding> encoding) {
  Verification verification;
  const std::string verdict = text_at(json, object, "verdict");
  for (const Verdict one : verdicts)
    if (name_of(one) == verdict) verification.verdict = one;
  verification.encoding = encoding;
  if (const auto secret = number_at(json, object, "secret"); secret && *secret > 0) {
    verification.secret = static_cast<std::size_t>(*secret);
  }
  verification.age_s = number_at(json, object, "age_s");
  verification.detail = text_at(json, object, "detail");
  return verification;
}

constexpr Obstacle obstacles[] = {Obstacle::unresolved, Obstacle::refused, Obstacle::timed_out,
                                  Obstacle::tls,        Obstacle::closed,  Obstacle::not_http,
                                  Obstacle::interrupted};

Forwarding read_forwarding(const JsonText& json, Index object) {
  Forwarding forward{.url = text_at(json, object, "url"), .exchange = {}};
  forward.exchange.elapsed = duration_at(json, object, "ms");
  if (const auto status = number_at(json, object, "status")) {
    Response response{static_cast<int>(std::clamp<std::int64_t>(*status, 0, 999)), {}, {}, {}};
    response.headers = headers_at(json, object, "headers");
    response.body = text_at(json, object, "body");
    if (response.body.empty())
      response.body = base64_decode(text_at(json, object, "body_base64")).value_or("");
    const auto size = number_at(json, object, "body_bytes").value_or(0);
    if (size > static_cast<std::int64_t>(response.body.size())) {
      forward.body_bytes = static_cast<std::size_t>(size);
    }
    forward.exchange.response = std::move(response);
    return forward;
  }
  const std::string obstacle = text_at(json, object, "obstacle");
  for (const Obstacle one : obstacles)
    if (name_of(one) == obstacle) forward.exchange.obstacle = one;
  forward.exchange.detail = text_at(json, object, "detail");
  return forward;
}

}  // namespace

std::optional<ReceivedEvent> read_received_line(std::string_view line) {
  auto recorded = read_journal_line(line);
  if (!recorded) return std::nullopt;
  ReceivedEvent event{.id = std::move(recorded->id),
                      .received_at = recorded->received_at,
                      .remote = {},
                      .request = std::move(recorded->request),
                      .type = std::move(recorded->type),
                      .verification = {}};
  // The deepest that is read: root, forward, headers, pair, object.
  const auto json = JsonText::parse(line, {.record_depth = 5});
  event.remote = text_at(*json, JsonText::root, "remote");
  if (const auto signature = object_at(*json, "signature")) {
    event.verification = read_verification(*json, *signature, recorded->encoding);
  }
  if (const auto answer = object_at(*json, "answer")) {
    event.status =
        static_cast<int>(std::clamp<std::int64_t>(number_at(*json, *answer, "status").value_or(0), 0, 999));
    event.took = duration_at(*json, *answer, "ms");
    event.fault = text_at(*json, *answer, "fault");
  }
  if (const auto forward = object_at(*json, "forward")) event.forward = read_forwarding(*json, *forward);
  return event;
}

}  // namespace alohook
