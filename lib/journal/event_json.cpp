#include "journal/event_json.h"

#include <fmt/compile.h>

#include <algorithm>
#include <utility>

#include "base/codec.h"
#include "base/text.h"
#include "json/json_line.h"
#include "json/json_string.h"

namespace alohook {

std::string event_id(std::uint64_t bits) { return fmt::format(FMT_COMPILE("{:016x}"), bits); }

std::string to_json(const Headers& headers) {
  std::string out = "[";
  out.reserve(32 * (headers.size() + 1));
  for (const auto& [name, value] : headers) {
    out += out.size() > 1 ? ",[" : "[";
    append_json_string(out, name);
    out += ',';
    if (!append_json_string_if_utf8(out, value))
      out += JsonLine().string("base64", base64_encode(value)).take();
    out += ']';
  }
  return out + ']';
}

namespace {

constexpr std::size_t max_forwarded_body = 4096;
constexpr std::size_t usual_size = 1024;  // of an event as JSON, without its body

std::string to_json(const std::vector<Cause>& causes) {
  std::string out = "[";
  for (const Cause& cause : causes) {
    if (out.size() > 1) out += ',';
    out += JsonLine()
               .string("id", cause.id)
               .string("text", cause.text)
               .string("evidence", cause.evidence)
               .take();
  }
  return out + ']';
}

}  // namespace

std::string to_json(const Verification& verification, const std::vector<Cause>& causes) {
  JsonLine line;
  line.string("verdict", name_of(verification.verdict));
  if (verification.encoding) line.string("encoding", name_of(*verification.encoding));
  if (verification.secret) line.number("secret", static_cast<std::int64_t>(*verification.secret));
  if (verification.age_s) line.number("age_s", *verification.age_s);
  if (!verification.detail.empty()) line.string("detail", verification.detail);
  if (!causes.empty()) line.json("causes", to_json(causes));
  return line.take();
}

std::string to_json(const Forwarding& forward) {
  const Exchange& exchange = forward.exchange;
  JsonLine line;
  line.string("url", forward.url);
  if (const auto& response = exchange.response) {
    line.number("status", response->status)
        .json("headers", to_json(response->headers))
        .bytes("body", utf8_prefix(response->body, max_forwarded_body))
        .number("body_bytes", static_cast<std::int64_t>(std::max(response->body.size(), forward.body_bytes)));
  } else {
    line.string("obstacle", name_of(exchange.error.kind)).string("detail", exchange.error.detail);
  }
  return line.milliseconds("ms", exchange.elapsed.count()).take();
}

void append_json_line(std::string& out, const ReceivedEvent& event) {
  JsonLine answer;
  answer.number("status", event.status).milliseconds("ms", event.took.count());
  if (!event.fault.empty()) answer.string("fault", event.fault);
  // Room for the body's escapes too: growing would copy a large one. Pages that stay untouched cost nothing.
  const std::size_t body = event.request.body.size();
  out.reserve(out.size() + body + body / 4 + usual_size);
  JsonLine line(std::move(out));
  line.number("schema", 1)
      .string("id", event.id)
      .string("received_at", iso8601(event.received_at))
      .string("remote", event.remote)
      .string("method", event.request.method)
      .bytes("target", event.request.target)
      .json("headers", to_json(event.request.headers))
      .bytes("body", event.request.body)
      .json("type", event.type ? quote_json_string(*event.type) : "null")
      .json("signature", to_json(event.verification, event.causes))
      .json("answer", answer.take());
  if (event.forward) line.json("forward", to_json(*event.forward));
  if (event.is_withheld) line.boolean("forward_withheld", true);
  if (event.is_from_page) line.boolean("from_web_page", true);
  out = line.take();
}

std::string to_json_line(const ReceivedEvent& event) {
  std::string line;
  append_json_line(line, event);
  return line;
}

}  // namespace alohook
