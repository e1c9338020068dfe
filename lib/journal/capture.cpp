#include "journal/capture.h"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "base/codec.h"
#include "base/text.h"
#include "http/request_command.h"
#include "journal/har.h"
#include "json/json_string.h"
#include "json/json_text.h"
#include "signing/signature.h"

namespace alohook {
namespace {

using Kind = JsonText::Kind;

constexpr std::size_t most_levels = 4;
constexpr std::size_t most_between = 24;  // bytes between a header's name and its value in a dump

/// The keys under which envelopes keep the body.
constexpr std::string_view body_keys[] = {"body",    "Body", "rawBody", "raw_body",
                                          "content", "data", "payload", "text"};
constexpr std::string_view header_keys[] = {"headers", "Headers", "multiValueHeaders", "request_headers",
                                            "httpHeaders"};
/// The keys that can contain an envelope: SQS records, request bins, Express dumps.
constexpr std::string_view inner_keys[] = {"Records", "event",    "request", "Request",
                                           "data",    "requests", "items"};

std::optional<JsonText::Index> member_of(const JsonText& json, JsonText::Index object, std::string_view key,
                                         Kind kind) {
  if (json.kind(object) != Kind::object) return std::nullopt;
  const auto found = json.member(object, key);
  return found && json.kind(*found) == kind ? found : std::nullopt;
}

std::string text_of(const JsonText& json, JsonText::Index value) {
  return json.kind(value) == Kind::string ? unescape_json_string(json.raw(value))
                                          : std::string(json.raw(value));
}

/// Reads `{"name":"value"}`, `{"name":["value"]}`, and `[{"name":"…","value":"…"}]`.
Headers headers_of(const JsonText& json, JsonText::Index list) {
  Headers headers;
  for (const auto entry : json.children(list)) {
    if (json.kind(list) == Kind::array) {
      const auto name = member_of(json, entry, "name", Kind::string),
                 value = member_of(json, entry, "value", Kind::string);
      if (name && value) headers.push_back({text_of(json, *name), text_of(json, *value)});
      continue;
    }
    const std::string name = unescape_json_string(json.raw_key(entry));
    if (json.kind(entry) == Kind::array) {
      for (const auto value : json.children(entry)) headers.push_back({name, text_of(json, value)});
    } else {
      headers.push_back({name, text_of(json, entry)});
    }
  }
  std::erase_if(headers, [](const Header& header) { return !is_header_name(header.name); });
  return headers;
}

bool is_marked_as_base64(const JsonText& json, JsonText::Index object) {
  const auto flag = member_of(json, object, "isBase64Encoded", Kind::literal);
  const auto encoding = member_of(json, object, "encoding", Kind::string);
  return (flag && json.raw(*flag) == "true") || (encoding && text_of(json, *encoding) == "base64");
}

std::optional<CapturedRequest> envelope_at(const JsonText& json, JsonText::Index object) {
  std::optional<JsonText::Index> headers;
  for (const std::string_view key : header_keys) {
    if (!headers) headers = member_of(json, object, key, Kind::object);
    if (!headers) headers = member_of(json, object, key, Kind::array);
  }
  if (!headers) return std::nullopt;
  CapturedRequest captured;
  captured.request.headers = headers_of(json, *headers);
  for (const std::string_view key : {"httpMethod", "method", "Method"}) {
    if (const auto method = member_of(json, object, key, Kind::string))
      captured.request.method = text_of(json, *method);
  }
  captured.missing_body = "the JSON has no body";
  for (const std::string_view key : body_keys) {
    const auto body = json.member(object, key);
    if (!body || json.raw(*body) == "null") continue;
    captured.missing_body.clear();
    captured.request.body = text_of(json, *body);
    if (json.kind(*body) != Kind::string) {
      captured.note =
          "the body was parsed before it was saved, so its exact bytes are lost; what is left of it is read";
    } else if (is_marked_as_base64(json, object)) {
      if (auto bytes = base64_decode_lenient(captured.request.body))
        captured.request.body = std::move(*bytes);
    }
    break;
  }
  const auto is_lambda = json.member(object, "isBase64Encoded") || json.member(object, "requestContext");
  const std::string_view what = is_lambda ? "an AWS Lambda or API Gateway event" : "a request as JSON";
  if (captured.note.empty())
    captured.note = "this is " + std::string(what) + ": its headers and body are read out of it";
  return captured;
}

std::optional<CapturedRequest> find_envelope(const JsonText& json, JsonText::Index value, std::size_t level) {
  if (json.kind(value) == Kind::array && json.has_children(value))
    return find_envelope(json, json.first_child(value), level);
  if (json.kind(value) != Kind::object || level == most_levels) return std::nullopt;
  if (auto captured = envelope_at(json, value)) return captured;
  for (const std::string_view key : inner_keys) {
    const auto inner = json.member(value, key);
    if (!inner) continue;
    if (auto captured = find_envelope(json, *inner, level + 1)) return captured;
  }
  return std::nullopt;
}

/// Finds a header in a dump, whatever the case and separators of its name: X_ALO_SIGNATURE, "x-alo-signature",
/// HTTP_X_ALO_….
std::optional<std::string> value_in_dump(std::string_view text, std::string_view name) {
  std::string haystack = lower_case(text), needle = lower_case(name);
  std::ranges::replace(haystack, '_', '-');
  const std::size_t at = haystack.find(needle);
  if (at == std::string::npos) return std::nullopt;
  std::string_view rest = text.substr(at + name.size());
  const std::size_t gap = rest.find_first_not_of(" \t\r\n:=>\"'\\[](){},|");
  if (gap > most_between) return std::nullopt;
  rest.remove_prefix(gap);
  if (rest.starts_with("string(")) {  // PHP's var_dump
    const std::size_t quote = rest.find('"');
    if (quote == std::string_view::npos) return std::nullopt;
    rest.remove_prefix(quote + 1);
  }
  return std::string(rest.substr(0, rest.find_first_of(" \t\r\n\"'\\]},|")));
}

/// Finds ALO's two headers in a dump of headers, in the notation of any language.
std::optional<CapturedRequest> read_dump(std::string_view text) {
  const auto signature = value_in_dump(text, signature_header),
             timestamp = value_in_dump(text, timestamp_header);
  if (!signature || !timestamp || !parse_timestamp(*timestamp)) return std::nullopt;
  CapturedRequest captured;
  captured.request.headers = {{std::string(timestamp_header), *timestamp},
                              {std::string(signature_header), *signature}};
  captured.missing_body = "a dump of the headers has no body";
  return captured;
}

}  // namespace

std::optional<CapturedRequest> read_envelope(std::string_view bytes) {
  const auto json = JsonText::parse(bytes);
  return json ? find_envelope(*json, JsonText::root, 0) : std::nullopt;
}

std::vector<CapturedRequest> read_capture(std::string_view bytes) {
  const std::string text = plain_text(bytes);
  const std::string_view start = trimmed(text);
  if (const auto json = JsonText::parse(start); json && json->kind(JsonText::root) != Kind::string) {
    const auto log = member_of(*json, JsonText::root, "log", Kind::object);
    if (log && json->member(*log, "entries")) return read_har(start);
    auto captured = find_envelope(*json, JsonText::root, 0);
    if (!captured) captured = read_dump(text);
    return captured ? std::vector{std::move(*captured)} : std::vector<CapturedRequest>{};
  }
  if (auto captured = read_request_command(text)) return {std::move(*captured)};
  auto captured = read_http_text(text);
  // If the header is misspelled, the diagnosis can explain it.
  const bool is_signed = captured && std::ranges::any_of(captured->request.headers, [](const Header& header) {
                           std::string name = lower_case(header.name);
                           std::ranges::replace(name, '_', '-');
                           return name.find("alo-signature") != std::string::npos;
                         });
  if (is_signed) return {std::move(*captured)};
  if (auto dump = read_dump(text)) return {std::move(*dump)};
  return captured ? std::vector{std::move(*captured)} : std::vector<CapturedRequest>{};
}

}  // namespace alohook
