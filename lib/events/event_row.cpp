#include "events/event_row.h"

#include "base/codec.h"
#include "base/crypto.h"
#include "json/json_line.h"
#include "json/json_path.h"
#include "json/json_string.h"
#include "json/json_text.h"

namespace alohook {
namespace {

constexpr std::size_t max_title = 120;         // characters
constexpr std::size_t max_searched = 4 << 20;  // bytes of a body that is searched for a title
constexpr std::size_t fingerprint_bytes = 4;
constexpr const char* title_paths[] = {"/action/title", "/message/text", "/title", "/name"};

std::string cut(std::string_view text, std::size_t characters) {
  std::size_t end = 0;
  for (std::size_t i = 0; i < characters && end < text.size(); ++i) end += code_point_at(text, end).length;
  return std::string(text.substr(0, end)) + (end < text.size() ? "…" : "");
}

}  // namespace

std::string event_title(std::string_view body) {
  if (body.size() > max_searched) return {};
  const auto json = JsonText::parse(body, {.record_depth = 2});
  if (!json) return {};
  for (const char* path : title_paths) {
    const auto value = find_json_path(*json, *parse_json_path(path));
    if (value && json->kind(*value) == JsonText::Kind::string) {
      return cut(unescape_json_string(json->raw(*value)), max_title);
    }
  }
  return {};
}

std::string body_fingerprint(std::string_view body) {
  return hex_encode(hash(HashAlgorithm::sha256, {body}).substr(0, fingerprint_bytes));
}

std::string to_json(const EventRow& row) {
  JsonLine line;
  line.number("n", row.n).string("id", row.id).string("at", iso8601(row.at));
  line.json("type", row.type ? quote_json_string(*row.type) : "null").string("title", row.title);
  if (!row.verdict.empty()) line.string("verdict", row.verdict);
  if (!row.cause.empty()) line.string("cause", row.cause);
  line.number("status", row.status).milliseconds("ms", row.took.count());
  if (!row.fault.empty()) line.string("fault", row.fault);
  if (row.forward_status) line.json("forward", JsonLine().number("status", *row.forward_status).take());
  if (!row.forward_obstacle.empty()) {
    line.json("forward", JsonLine().string("obstacle", row.forward_obstacle).take());
  }
  return line.number("bytes", static_cast<std::int64_t>(row.bytes))
      .string("body", row.body_hash)
      .string("method", row.method)
      .string("target", row.target)
      .take();
}

}  // namespace alohook
