#include "journal/har.h"

#include <nlohmann/json.hpp>

#include "base/codec.h"
#include "base/error.h"

namespace alohook {
namespace {

using nlohmann::json;

/// The string under `key`, or an empty one: HAR writers leave things out.
std::string text_at(const json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

const json& object_at(const json& object, const char* key) {
  static const json nothing = json::object();
  const auto found = object.find(key);
  return found != object.end() && found->is_object() ? *found : nothing;
}

std::string body_of(const json& request) {
  const json& post = object_at(request, "postData");
  std::string text = text_at(post, "text");
  if (text_at(post, "encoding") == "base64" || text_at(post, "_encoding") == "base64") {
    if (auto bytes = base64_decode(text)) return *bytes;
  }
  return text;
}

/// Path and query of an absolute URL.
std::string target_of(const std::string& url) {
  const auto scheme = url.find("://");
  const auto path = url.find('/', scheme == std::string::npos ? 0 : scheme + 3);
  return path == std::string::npos ? "/" : url.substr(path, url.find('#') - path);
}

/// HAR's times are ISO 8601 with any offset: `2026-11-23T18:00:00.123+01:00`.
std::optional<Time> time_of(std::string text) {
  if (const auto time = parse_iso8601(text)) return time;
  if (text.size() < 6) return std::nullopt;
  const std::string offset = text.substr(text.size() - 6);
  const auto clock = parse_iso8601("2000-01-01T" + offset.substr(1) + ":00Z");
  const auto time = parse_iso8601(text.substr(0, text.size() - 6) + "Z");
  if (!time || !clock || (offset[0] != '+' && offset[0] != '-')) return std::nullopt;
  const auto ahead = *clock - std::chrono::floor<std::chrono::days>(*clock);
  return offset[0] == '+' ? *time - ahead : *time + ahead;
}

CapturedRequest captured_request(const json& request) {
  CapturedRequest captured;
  captured.request.method = text_at(request, "method");
  captured.request.target = target_of(text_at(request, "url"));
  captured.request.body = body_of(request);
  const auto headers = request.find("headers");
  if (headers == request.end() || !headers->is_array()) return captured;
  for (const json& header : *headers) {
    if (header.is_object())
      captured.request.headers.push_back({text_at(header, "name"), text_at(header, "value")});
  }
  return captured;
}

}  // namespace

std::vector<CapturedRequest> read_har(std::string_view text) {
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);  // Windows tools write a byte order mark
  const json har = json::parse(text, nullptr, false);
  if (!har.is_object() || !object_at(har, "log").contains("entries")) {
    throw Error("the file is not HAR",
                "a HAR file is JSON with log.entries, as a browser or a proxy exports it");
  }
  std::vector<CapturedRequest> requests;
  const json& entries = object_at(har, "log")["entries"];
  for (const json& entry : entries) {
    if (entry.is_object() && entry.contains("request") && entry["request"].is_object()) {
      requests.push_back(captured_request(entry["request"]));
      requests.back().at = time_of(text_at(entry, "startedDateTime"));
    }
  }
  return requests;
}

}  // namespace alohook
