#include "output/recorded_view.h"

#include <fmt/format.h>

#include "base/columns.h"
#include "base/visible.h"
#include "json/json_line.h"
#include "json/json_string.h"
#include "output/diagnosis_view.h"
#include "output/wrap.h"

namespace alohook {
namespace {

std::string status_of(const ReceivedEvent& event) {
  return event.status == 0 ? std::string("-") : std::to_string(event.status);
}

std::string labelled(std::string_view label, const std::string& text, const Palette& paint) {
  return fmt::format("{}{}\n", paint(Style::dim, fmt::format("{:<10}", label)), text);
}

std::string show_forward(const Forwarding& forward, const Palette& paint) {
  const Exchange& exchange = forward.exchange;
  const std::string took = human_duration(exchange.elapsed);
  if (!exchange.response) {
    return labelled("forward",
                    fmt::format("{}  {}  {}", visible(forward.url), paint(Style::bad, "no response"), took),
                    paint) +
           fmt::format("{}{}\n", indent, visible(exchange.error.detail));
  }
  const Response& response = *exchange.response;
  const std::string reason =
      response.reason.empty() ? std::string(reason_phrase(response.status)) : visible(response.reason);
  std::string out = labelled(
      "forward", fmt::format("{}  {} {}  {}", visible(forward.url), response.status, reason, took), paint);
  out += show_headers(response.headers, indent, paint);
  if (!response.body.empty()) out += show_body(response.body, {.max_lines = 0, .indent = indent}, paint);
  return out;
}

}  // namespace

std::string show_row(const ReceivedEvent& event, std::size_t width, const Palette& paint) {
  const bool is_valid = event.verification.verdict == Verdict::valid;
  const std::string words = (is_valid ? "✓ " : "✗ ") + std::string(name_of(event.verification.verdict));
  const std::string type = event.type ? visible(*event.type) : "(no type)";
  // The id, which is what people copy, never wraps.
  constexpr std::size_t widest_type = 25, fixed = 8 + 2 + 2 + 21 + 2 + 3 + 2 + 8;
  const bool is_narrow = width > 0 && width < fixed + 10;
  const std::size_t type_width = width == 0  ? widest_type
                                 : is_narrow ? 10
                                             : std::min(widest_type, width - fixed);
  std::string out = is_narrow ? "" : paint(Style::dim, local_clock(event.received_at)) + "  ";
  out += paint(Style::strong, padded_to(type, type_width)) + "  ";
  out += paint(is_valid ? Style::good : Style::bad, padded_to(words, is_narrow ? 9 : 21)) + "  ";
  return out + fmt::format("{:>3}  {}\n", status_of(event), paint(Style::dim, short_id(event.id)));
}

std::string row_json(const ReceivedEvent& event) {
  JsonLine line;
  line.number("schema", 1)
      .string("id", event.id)
      .string("received_at", iso8601(event.received_at))
      .json("type", event.type ? quote_json_string(*event.type) : "null")
      .string("verdict", name_of(event.verification.verdict))
      .number("status", event.status);
  if (!event.fault.empty()) line.string("fault", event.fault);
  return line.take();
}

std::string show_whole_event(const ReceivedEvent& event, std::string_view language, const Palette& paint) {
  const std::string type = event.type ? visible(*event.type) : "(no type)";
  const std::string remark = type_remark(event.type);
  std::string out = fmt::format("{}  {}{}\n", paint(Style::strong, type), visible(event.id),
                                remark.empty() ? "" : "  " + paint(Style::dim, remark));
  const std::string from = event.remote.empty() ? "" : " from " + visible(event.remote);
  out += labelled(
      "received",
      fmt::format("{}, {}{}", local_date(event.received_at), local_clock(event.received_at), from), paint);
  out += labelled("request",
                  fmt::format("{} {}", visible(event.request.method), visible(event.request.target)), paint);
  out += show_headers(event.request.headers, indent, paint);
  out += labelled(
      "body", fmt::format("{} byte{}", event.request.body.size(), event.request.body.size() == 1 ? "" : "s"),
      paint);
  out += show_body(event.request.body, {.max_lines = 0, .max_value = 0}, paint);
  out += labelled("verdict", show_verification(event.verification, paint), paint);
  out.pop_back();  // show_verification ends its line
  out += show_causes({.verification = event.verification, .causes = event.causes}, paint, language);
  if (event.status != 0) {
    const std::string outcome =
        event.fault.empty() ? std::string(reason_phrase(event.status)) : visible(event.fault);
    out += labelled("response", fmt::format("{} {}  {}", event.status, outcome, human_duration(event.took)),
                    paint);
  }
  if (event.forward) out += show_forward(*event.forward, paint);
  return out;
}

}  // namespace alohook
