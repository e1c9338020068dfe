#include "journal/har.h"

#include <fmt/format.h>

#include <charconv>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>

#include "base/codec.h"
#include "base/error.h"

namespace alohook {
namespace {

using Json = nlohmann::json;

/// Returns the string under `key`, or an empty one, since HAR writers omit fields.
std::string text_at(const Json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

const Json& object_at(const Json& object, const char* key) {
  static const Json nothing = Json::object();
  const auto found = object.find(key);
  return found != object.end() && found->is_object() ? *found : nothing;
}

void read_body(const Json& request, CapturedRequest& captured) {
  const Json& post = object_at(request, "postData");
  captured.request.body = text_at(post, "text");
  if (text_at(post, "encoding") != "base64" && text_at(post, "_encoding") != "base64") return;
  if (auto bytes = base64_decode(captured.request.body)) {
    captured.request.body = *bytes;
  } else {
    captured.gap = "postData.text is marked as Base64, but isn't";
  }
}

/// The body's size on the wire, and the field that states it.
struct StatedSize {
  std::string_view field;
  std::int64_t bytes;
};

std::optional<StatedSize> stated_size(const Json& request, const Headers& headers) {
  if (const auto length = header_value(headers, "Content-Length")) {
    std::int64_t bytes = 0;
    const auto [end, error] = std::from_chars(length->data(), length->data() + length->size(), bytes);
    if (error == std::errc{} && end == length->data() + length->size())
      return StatedSize{"Content-Length", bytes};
  }
  const auto size = request.find("bodySize");
  if (size == request.end() || !size->is_number_integer() || size->get<std::int64_t>() < 0)
    return std::nullopt;
  return StatedSize{"bodySize", size->get<std::int64_t>()};
}

/// Returns why this can't be the body that was sent: some HAR writers omit bodies or replace bytes with U+FFFD.
std::string gap_in(const Json& request, const CapturedRequest& captured) {
  const std::string& body = captured.request.body;
  const bool has_text = object_at(request, "postData").contains("text");
  const auto size = stated_size(request, captured.request.headers);
  const bool is_lossy = body.find("\xEF\xBF\xBD") != std::string::npos;
  if (!has_text) {
    if (size && size->bytes == 0) return {};
    return fmt::format("the HAR holds no body: {}no postData.text",
                       size ? fmt::format("{} {}, ", size->field, size->bytes) : "");
  }
  // Some writers state a bodySize of 0 even though there is a text.
  const bool is_told = size && (size->bytes > 0 || size->field == "Content-Length");
  if (is_told && size->bytes != static_cast<std::int64_t>(body.size())) {
    return fmt::format("the HAR holds another body: {} {}, but postData.text has {} bytes{}", size->field,
                       size->bytes, body.size(), is_lossy ? ", with U+FFFD in place of bytes" : "");
  }
  // Even if the size matches by chance, U+FFFD may replace other bytes. Base64 doesn't lose any.
  const Json& post = object_at(request, "postData");
  const bool is_base64 = text_at(post, "encoding") == "base64" || text_at(post, "_encoding") == "base64";
  if (is_lossy && !is_base64) return "the HAR holds U+FFFD in place of bytes of the body";
  return {};
}

/// Returns the path and query of an absolute URL.
std::string target_of(const std::string& url) {
  const auto scheme = url.find("://");
  const auto path = url.find('/', scheme == std::string::npos ? 0 : scheme + 3);
  return path == std::string::npos ? "/" : url.substr(path, url.find('#') - path);
}

/// Parses HAR's times: ISO 8601 with any offset, such as `2026-11-23T18:00:00.123+01:00`.
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

CapturedRequest captured_request(const Json& request) {
  CapturedRequest captured;
  captured.request.method = text_at(request, "method");
  captured.request.target = target_of(text_at(request, "url"));
  read_body(request, captured);
  const auto headers = request.find("headers");
  if (headers != request.end() && headers->is_array()) {
    for (const Json& header : *headers) {
      if (header.is_object())
        captured.request.headers.push_back({text_at(header, "name"), text_at(header, "value")});
    }
  }
  if (captured.gap.empty()) captured.gap = gap_in(request, captured);
  return captured;
}

}  // namespace

std::vector<CapturedRequest> read_har(std::string_view text) {
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);  // Windows tools write a byte order mark
  const Json har = Json::parse(text, nullptr, false);
  if (!har.is_object() || !object_at(har, "log").contains("entries")) {
    throw Error("the file is not HAR",
                "a HAR file is JSON with log.entries, as a browser or a proxy exports it");
  }
  std::vector<CapturedRequest> requests;
  const Json& entries = object_at(har, "log")["entries"];
  for (const Json& entry : entries) {
    if (entry.is_object() && entry.contains("request") && entry["request"].is_object()) {
      requests.push_back(captured_request(entry["request"]));
      requests.back().at = time_of(text_at(entry, "startedDateTime"));
    }
  }
  return requests;
}

}  // namespace alohook
