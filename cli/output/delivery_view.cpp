#include "output/delivery_view.h"

#include <fmt/format.h>

#include "base/visible.h"
#include "journal/event_json.h"
#include "json/json_line.h"
#include "output/body_view.h"
#include "output/event_view.h"
#include "output/wrap.h"
#include "sender/advice.h"
#include "signing/signed_request.h"

namespace alohook {
namespace {

/// `✓ accepted`; of a request that should be rejected `✓ rejected, as it should be`.
std::string verdict_on(const Delivery& delivery, const DeliveryView& view) {
  const bool is_good = delivery.outcome == Outcome::accepted;
  const int status = delivery.exchange.response->status;
  if (view.forgery != nullptr && status >= 400) {
    return is_good ? "✓ rejected, as it should be"
                   : fmt::format("✗ not rejected for its signature, expected {}", view.expected.text());
  }
  if (is_good) return "✓ accepted";
  if (view.forgery != nullptr && status < 300)
    return fmt::format("✗ accepted an invalid request: {}", view.forgery->name);
  return fmt::format("✗ rejected, expected {}", view.expected.text());
}

/// What to do about it, on lines of their own.
std::string show_advice(const Delivery& delivery, const DeliveryView& view) {
  const std::string hint = advice(view.url, delivery.exchange);
  std::string text = hint.empty() || delivery.outcome == Outcome::accepted ? "" : fmt::format("  {}\n", hint);
  const bool is_rejected = delivery.outcome == Outcome::refused && view.forgery == nullptr;
  if (is_rejected && hint.empty() && !view.next.empty()) text += fmt::format("  why? {}\n", view.next);
  return text;
}

std::string show_answer(const Delivery& delivery, const DeliveryView& view, const Palette& paint) {
  const Exchange& exchange = delivery.exchange;
  if (!exchange.response) {
    return fmt::format("{}  {}\n", paint(Style::bad, "✗ no response"), visible(exchange.error.detail));
  }
  const bool is_good = delivery.outcome == Outcome::accepted;
  const std::string reason = shortened(visible(exchange.response->reason), 60);
  std::string text =
      fmt::format("{}  {}{}{}  {}\n", paint(is_good ? Style::good : Style::bad, verdict_on(delivery, view)),
                  paint(Style::strong, std::to_string(exchange.response->status)), reason.empty() ? "" : " ",
                  reason, human_duration(exchange.elapsed));
  if (view.forgery != nullptr && !is_good && exchange.response->status < 300) {
    text += fmt::format("{}: your server {}\n", view.forgery->meaning, view.forgery->accepted_means);
  }
  return text;
}

/// Where the request went: a recorded one may have kept its own path and query.
std::string url_of(const Request& request, const DeliveryView& view) {
  Url url = view.url;
  url.target = request.target;
  return url.to_string();
}

}  // namespace

std::string show_delivery(const Delivery& delivery, const std::string& event, const DeliveryView& view,
                          const Palette& paint) {
  const bool with_headers = view.with_headers;
  std::string out =
      fmt::format("{} {}  {}  {} bytes\n", delivery.request->method, visible(url_of(*delivery.request, view)),
                  paint(Style::strong, visible(event)), delivery.request->body.size());
  if (!view.signed_with.empty()) out += paint(Style::dim, "signed with " + view.signed_with) + "\n";
  if (with_headers) out += show_headers(delivery.request->headers, indent, paint);
  out += show_answer(delivery, view, paint) + show_advice(delivery, view);
  if (const auto& response = delivery.exchange.response) {
    if (with_headers) out += show_headers(response->headers, indent, paint);
    if (!response->body.empty()) out += show_body(response->body, {.max_lines = 40, .indent = indent}, paint);
  }
  return out;
}

std::string delivery_json(const Attempt& attempt, const DeliveryView& view) {
  const Delivery& delivery = attempt.delivery;
  const Exchange& exchange = delivery.exchange;
  JsonLine line;
  line.number("schema", 1).string("event", "delivery").string("outcome", name_of(delivery.outcome));
  line.string("url", url_of(*delivery.request, view)).string("name", attempt.event.name);
  if (view.forgery != nullptr) line.string("bad", view.forgery->name);
  if (!attempt.event.id.empty()) line.string("event_id", attempt.event.id);
  if (attempt.event.is_duplicate) line.boolean("duplicate", true);
  if (attempt.number > 1 || attempt.next_in) line.number("attempt", attempt.number);
  if (attempt.next_in) line.milliseconds("next_try_in_ms", attempt.next_in->count());
  line.json("request", JsonLine()
                           .string("method", delivery.request->method)
                           .json("headers", to_json(delivery.request->headers))
                           .bytes("body", delivery.request->body)
                           .take());
  if (const auto& response = exchange.response) {
    line.json("response", JsonLine()
                              .number("status", response->status)
                              .json("headers", to_json(response->headers))
                              .bytes("body", response->body)
                              .take());
  } else {
    line.json("obstacle", JsonLine()
                              .string("kind", name_of(exchange.error.kind))
                              .string("detail", exchange.error.detail)
                              .take());
  }
  line.milliseconds("ms", exchange.elapsed.count());
  return line.take();
}

}  // namespace alohook
