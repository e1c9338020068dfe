#include "delivery_view.h"

#include <fmt/format.h>

#include "body_view.h"
#include "event_view.h"
#include "ground/json_line.h"
#include "ground/visible.h"
#include "things/journal.h"

namespace alohook {
namespace {

constexpr std::string_view indent = "    ";

std::string show_answer(const Delivery& delivery, const StatusSet& expected, const Palette& paint) {
  const Exchange& exchange = delivery.exchange;
  if (!exchange.response) {
    return fmt::format("{}  {}\n", paint(Style::bad, "✗ no answer"), visible(exchange.detail));
  }
  const bool is_accepted = delivery.outcome == Outcome::accepted;
  const std::string reason = visible(exchange.response->reason).substr(0, 60);
  std::string verdict = is_accepted ? "✓ accepted" : fmt::format("✗ refused, expected {}", expected.text());
  return fmt::format("{}  {}{}{}  {}\n", paint(is_accepted ? Style::good : Style::bad, verdict),
                     paint(Style::strong, std::to_string(exchange.response->status)),
                     reason.empty() ? "" : " ", reason, human_duration(exchange.elapsed));
}

}  // namespace

std::string show_delivery(const Delivery& delivery, const std::string& url, const std::string& event,
                          const StatusSet& expected, bool with_headers, const Palette& paint) {
  std::string out = fmt::format("{} {}  {}  {} bytes\n", delivery.request.method, visible(url),
                                paint(Style::strong, visible(event)), delivery.request.body.size());
  if (with_headers) out += show_headers(delivery.request.headers, indent, paint);
  out += show_answer(delivery, expected, paint);
  if (const auto& response = delivery.exchange.response) {
    if (with_headers) out += show_headers(response->headers, indent, paint);
    if (!response->body.empty()) out += show_body(response->body, {.max_lines = 40, .indent = indent}, paint);
  }
  return out;
}

std::string delivery_json(const Attempt& attempt, const std::string& url) {
  const Delivery& delivery = attempt.delivery;
  const Exchange& exchange = delivery.exchange;
  JsonLine line;
  line.number("schema", 1).string("event", "delivery").string("outcome", name_of(delivery.outcome));
  line.string("url", url).string("name", attempt.event.name);
  if (!attempt.event.id.empty()) line.string("event_id", attempt.event.id);
  if (attempt.event.is_duplicate) line.boolean("duplicate", true);
  if (attempt.number > 1 || attempt.next_in) line.number("attempt", attempt.number);
  if (attempt.next_in) line.milliseconds("next_try_in_ms", attempt.next_in->count());
  line.json("request", JsonLine()
                           .string("method", delivery.request.method)
                           .json("headers", to_json(delivery.request.headers))
                           .bytes("body", delivery.request.body)
                           .take());
  if (const auto& response = exchange.response) {
    line.json("response", JsonLine()
                              .number("status", response->status)
                              .json("headers", to_json(response->headers))
                              .bytes("body", response->body)
                              .take());
  } else {
    line.json("obstacle",
              JsonLine().string("kind", name_of(exchange.obstacle)).string("detail", exchange.detail).take());
  }
  line.milliseconds("ms", exchange.elapsed.count());
  return line.take();
}

}  // namespace alohook
