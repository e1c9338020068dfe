#include "inspector/event_details.h"

#include <cstdint>

#include "json/json_line.h"

namespace alohook {
namespace {

std::string fixes_json(const std::vector<Fix>& fixes) {
  std::string out = "[";
  for (const Fix& fix : fixes) {
    if (out.size() > 1) out += ',';
    out += JsonLine().string("language", fix.language).string("text", fix.text).take();
  }
  return out + ']';
}

std::string difference_json(const BodyDifference& difference) {
  return JsonLine()
      .number("at", static_cast<std::int64_t>(difference.at))
      .string("received", difference.received)
      .string("signed", difference.signed_text)
      .number("received_bytes", static_cast<std::int64_t>(difference.received_bytes))
      .number("signed_bytes", static_cast<std::int64_t>(difference.signed_bytes))
      .take();
}

}  // namespace

EventRow row_of(const FeedItem& item, std::string_view cause) {
  const ReceivedEvent& event = *item.event;
  EventRow row{.n = item.n,
               .id = event.id,
               .at = event.received_at,
               .type = event.type,
               .title = event_title(event.request.body),
               .verdict = std::string(name_of(event.verification.verdict)),
               .cause = std::string(cause),
               .status = event.status,
               .fault = event.fault,
               .took = event.took,
               .bytes = event.request.body.size(),
               .body_hash = body_fingerprint(event.request.body),
               .method = event.request.method,
               .target = event.request.target};
  if (event.request.method.empty()) {  // rejected by the server itself
    row.verdict.clear();
    row.title = event.verification.detail;
  }
  if (event.forward && event.forward->exchange.response) {
    row.forward_status = event.forward->exchange.response->status;
  } else if (event.forward) {
    row.forward_obstacle = name_of(event.forward->exchange.error.kind);
  }
  return row;
}

std::string causes_json(const std::vector<Cause>& causes) {
  std::string out = "[";
  for (const Cause& cause : causes) {
    if (out.size() > 1) out += ',';
    JsonLine line;
    line.string("id", cause.id)
        .string("text", cause.text)
        .string("evidence", cause.evidence)
        .boolean("proven", cause.proven)
        .json("fixes", fixes_json(cause.fixes));
    if (cause.difference) line.json("difference", difference_json(*cause.difference));
    out += line.take();
  }
  return out + ']';
}

std::string event_json(ReceivedEvent event, bool& has_body) {
  has_body = event.request.body.size() <= max_inlined_body;
  if (!has_body) event.request.body.clear();
  return to_json_line(event);
}

}  // namespace alohook
