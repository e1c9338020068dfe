#include "output/event_view.h"

#include <fmt/format.h>

#include <ctime>

#include "base/visible.h"
#include "events/event_type.h"
#include "output/diagnosis_view.h"
#include "signing/signed_request.h"

namespace alohook {
namespace {

std::string local_clock(Time time) {
  const std::time_t seconds = unix_seconds(time);
  std::tm local = {};
  localtime_r(&seconds, &local);
  return fmt::format("{:02}:{:02}:{:02}", local.tm_hour, local.tm_min, local.tm_sec);
}

std::string show_status(int status, const Palette& paint) {
  const Style style = status < 300 ? Style::good : status < 500 ? Style::warning : Style::bad;
  return paint(style, std::to_string(status));
}

std::string show_answer(const ReceivedEvent& event, const Palette& paint) {
  if (event.fault.empty()) return show_status(event.status, paint);
  return paint(Style::bad, fmt::format("{} {}", event.status, event.fault));
}

/// `alias of action_status_updated · v0, secret 1, 0 s old · POST /hooks · 612 bytes from 127.0.0.1:40000`
std::string show_circumstances(const ReceivedEvent& event) {
  std::string out;
  for (const std::string& part : {type_remark(event.type), show_signing(event.verification)}) {
    if (!part.empty()) out += part + " · ";
  }
  return fmt::format("{}{} {} · {} byte{} from {}", out, visible(event.request.method),
                     visible(event.request.target), event.request.body.size(),
                     event.request.body.size() == 1 ? "" : "s", event.remote);
}

constexpr std::size_t forwarded_lines = 5;

/// `    ⇢ http://127.0.0.1:3000/hooks  200 OK  3.1 ms`, and the beginning of what was answered.
std::string show_forwarding(const Forwarding& forward, const EventView& view, const Palette& paint) {
  const Exchange& exchange = forward.exchange;
  std::string out = fmt::format("{}⇢ {}  ", view.body.indent, visible(forward.url));
  if (!exchange.response) {
    return out + fmt::format("{}  {}\n", paint(Style::bad, "✗ no answer"), visible(exchange.detail));
  }
  const std::string reason = shortened(visible(exchange.response->reason), 60);
  out += fmt::format("{}{}{}  {}\n", show_status(exchange.response->status, paint), reason.empty() ? "" : " ",
                     reason, human_duration(exchange.elapsed));
  const std::string indent(view.body.indent.size() + 2, ' ');
  if (view.with_headers) out += show_headers(exchange.response->headers, indent, paint);
  if (exchange.response->body.empty()) return out;
  return out + show_body(exchange.response->body, {.max_lines = forwarded_lines, .indent = indent}, paint);
}

}  // namespace

std::string type_remark(const std::optional<std::string>& type) {
  if (!type) return {};
  const EventType* known = find_event_type(*type);
  if (known == nullptr) return "unknown type";
  return known->name == *type ? std::string() : fmt::format("alias of {}", known->name);
}

std::string show_headers(const Headers& headers, std::string_view indent, const Palette& paint) {
  std::string out;
  for (const auto& [name, value] : headers) {
    out += fmt::format("{}{} {}\n", indent, paint(Style::dim, visible(name) + ":"), visible(value));
  }
  return out;
}

std::string show_event(const ReceivedEvent& event, const EventView& view, const Palette& paint) {
  std::string out =
      fmt::format("{} → {}  {}  {}  {}  {}\n", paint(Style::dim, local_clock(event.received_at)),
                  paint(Style::strong, event.type ? visible(*event.type) : "(no type)"),
                  show_verdict(event.verification, paint), show_answer(event, paint),
                  human_duration(event.took), paint(Style::dim, event.id.substr(0, 8)));
  out += fmt::format("{}{}\n", view.body.indent, paint(Style::dim, show_circumstances(event)));
  if (event.forward) out += show_forwarding(*event.forward, view, paint);
  if (event.is_withheld)
    out += fmt::format("{}{}\n", view.body.indent,
                       paint(Style::warning, "not forwarded: it didn't verify (--forward-all forwards it)"));
  if (event.is_from_page)
    out += fmt::format("{}{}\n", view.body.indent,
                       paint(Style::warning, "a web page sent this (--allow-browser accepts it)"));
  out += show_causes_briefly(event.causes, view.body.indent, paint);
  if (view.with_headers) out += show_headers(event.request.headers, view.body.indent, paint);
  return out + show_body(event.request.body, view.body, paint) + "\n";
}

}  // namespace alohook
