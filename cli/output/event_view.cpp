#include "output/event_view.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/age.h"
#include "base/columns.h"
#include "base/visible.h"
#include "check/session.h"
#include "events/event_type.h"
#include "output/diagnosis_view.h"
#include "output/wrap.h"

namespace alohook {
namespace {

constexpr std::size_t widest_label = 25;  // `500 Internal Server Error`
constexpr std::size_t shortest_label = 8;
constexpr std::size_t verdict_room = 20;   // `✗ signature malformed` and the like, in short
constexpr std::size_t excerpt_size = 160;  // columns of a response's body on its line
constexpr std::size_t response_lines = 5;

/// Where the parts of a line stand, so that id and verdict fit into the width.
struct LineLayout {
  bool with_time = true;
  bool is_short = false;  ///< verdicts in one word
  std::size_t label = widest_label;
  std::size_t before_verdict = 0;  ///< columns

  explicit LineLayout(std::size_t width) {
    constexpr std::size_t narrow = 60;
    with_time = width == 0 || width >= narrow;
    const std::size_t fixed = (with_time ? 9 : 0) + 2 + 2 + 8 + 2;
    if (width > 0) {
      const std::size_t room = width > fixed + verdict_room ? width - fixed - verdict_room : 0;
      label = std::clamp(room, shortest_label, widest_label);
      is_short = width < narrow;
    }
    before_verdict = fixed + label;
  }
};

/// `12:01:37 → action_created             a1c6f1e0  `
std::string line_start(Time at, std::string_view arrow, Style style, const std::string& label,
                       const std::string& id, const LineLayout& layout, const Palette& paint) {
  std::string out = layout.with_time ? paint(Style::dim, local_clock(at)) + " " : "";
  out += fmt::format("{} {}  {}  ", arrow, paint(style, padded_to(label, layout.label)),
                     paint(Style::dim, short_id(id)));
  return out;
}

Style style_of(int status) { return status < 300 ? Style::good : status < 500 ? Style::warning : Style::bad; }

std::string lower_sentence(std::string_view sentence) {
  std::string out(sentence.substr(0, sentence.find_last_not_of(". ") + 1));
  const bool is_word = out.size() > 1 && std::islower(static_cast<unsigned char>(out[1])) != 0;
  if (is_word) out[0] = static_cast<char>(std::tolower(static_cast<unsigned char>(out[0])));
  return out;
}

/// Why a request was rejected, in half a sentence.
std::string reason_of(const ReceivedEvent& event, const EventView& view) {
  const Verification& verification = event.verification;
  switch (verification.verdict) {
    case Verdict::valid:
      return {};
    case Verdict::stale:
      return fmt::format("sent {} ago, the limit is {}",
                         human_age(verification.age_s.value_or(0), view.tolerance.count()),
                         human_age(view.tolerance.count()));
    case Verdict::future:
      return fmt::format("sent {} in the future{}", human_age(-verification.age_s.value_or(0)),
                         is_age_of_milliseconds(-verification.age_s.value_or(0)) ? " (milliseconds?)" : "");
    default:
      break;
  }
  if (!verification.detail.empty()) return visible(verification.detail);
  if (event.causes.empty()) return {};
  const Cause& cause = event.causes.front();
  return (cause.proven ? "" : "probably ") + lower_sentence(visible(cause.text));
}

/// `✓ valid`, `✗ signature expired`, or one word of it.
std::string verdict_words(const Verification& verification, bool is_short) {
  switch (verification.verdict) {
    case Verdict::valid:
      return "✓ valid";
    case Verdict::invalid:
      return is_short ? "✗ invalid" : "✗ signature invalid";
    case Verdict::stale:
      return is_short ? "✗ expired" : "✗ signature expired";
    case Verdict::future:
      return is_short ? "✗ future" : "✗ timestamp in the future";
    case Verdict::missing_signature:
      return is_short ? "✗ unsigned" : "✗ signature missing";
    case Verdict::malformed_signature:
      return is_short ? "✗ malformed" : "✗ signature malformed";
    case Verdict::missing_timestamp:
      return is_short ? "✗ no timestamp" : "✗ timestamp missing";
    case Verdict::malformed_timestamp:
      return is_short ? "✗ bad timestamp" : "✗ timestamp malformed";
  }
  return {};
}

/// `alias of action_status_updated, secret 2, a probe by alohook`
std::string remarks_on(const ReceivedEvent& event) {
  std::string out = type_remark(event.type);
  const auto add = [&out](std::string_view text) { out.append(out.empty() ? "" : ", ").append(text); };
  if (event.verification.secret.value_or(1) > 1) add(fmt::format("secret {}", *event.verification.secret));
  if (is_probe(event.request)) add("a probe by alohook");
  return out;
}

/// `v0, 0 s old · POST /hooks · 612 bytes from 127.0.0.1:40000`
std::string show_circumstances(const ReceivedEvent& event) {
  const std::string signing = show_signing(event.verification);
  return fmt::format("{}{}{} {} · {} byte{} from {}", signing, signing.empty() ? "" : " · ",
                     visible(event.request.method), visible(event.request.target), event.request.body.size(),
                     event.request.body.size() == 1 ? "" : "s", event.remote);
}

/// Indented lines of at most the width.
std::string paragraph(std::string_view text, const EventView& view, Style style, const Palette& paint) {
  const std::size_t width = view.width == 0 ? line_width : std::max<std::size_t>(view.width, 24);
  std::string out;
  for (const std::string& line : wrapped(text, width - indent.size()))
    out += fmt::format("{}{}\n", indent, paint(style, cut_to(line, width - indent.size())));
  return out;
}

/// The rows that a body or a cause may take: half of the terminal, the event's own two lines included.
std::size_t rows_between(const EventView& view) {
  constexpr std::size_t least = 3;
  return view.rows == 0 ? 0 : std::max(least, view.rows / 2 - std::min<std::size_t>(view.rows / 2, 2));
}

/// Leaves out the last lines of what is too tall.
std::string cut_rows(std::string text, const EventView& view) {
  const std::size_t rows = rows_between(view);
  std::size_t end = 0;
  for (std::size_t row = 0; row < rows && end < text.size(); ++row) end = text.find('\n', end) + 1;
  if (rows > 0) text.resize(end);
  return text;
}

/// The first cause, in a few lines of at most the width.
std::string brief_cause(const ReceivedEvent& event, const EventView& view, const Palette& paint) {
  if (view.width == 0 || view.width >= line_width || event.causes.empty())
    return show_causes_briefly(event.causes, indent, paint);
  const Cause& cause = event.causes.front();
  std::string out = paragraph((cause.proven ? "cause: " : "likely cause: ") + visible(cause.id), view,
                              Style::strong, paint);
  for (const std::string& text : {cause.text, cause.evidence})
    if (!text.empty()) out += paragraph(visible(text), view, Style::plain, paint);
  return out;
}

/// Says how to learn more; `column` is where that begins, unless it would be too wide.
std::string show_hint(const ReceivedEvent& event, std::size_t column, const EventView& view,
                      const Palette& paint) {
  if (!view.is_remembered) return {};
  const std::string hint = fmt::format("alohook show {} explains it", short_id(event.id));
  if (view.width > 0) column = std::min(column, view.width - std::min(view.width, columns_of(hint)));
  return fmt::format("{}{}\n", std::string(column, ' '), paint(Style::dim, cut_to(hint, view.width)));
}

std::string show_event_body(const ReceivedEvent& event, const EventView& view, const Palette& paint) {
  BodyView body = view.body;
  body.width = view.output == EventOutput::full ? 0 : view.width;
  if (view.output == EventOutput::full) {
    body.max_lines = body.max_value = 0;
  } else if (const std::size_t rows = rows_between(view); rows > 0) {
    body.max_lines = body.max_lines == 0 ? rows : std::min(body.max_lines, rows);
  }
  if (view.is_remembered) body.remedy = "alohook show " + short_id(event.id);
  return show_body(event.request.body, body, paint);
}

/// What makes a failing target fail, in one line: an error page's title, or the first line of its text.
std::string excerpt_of(std::string_view body) {
  for (const std::string_view tag : {"title>", "h1>"}) {
    const auto begin = body.find(tag);
    const auto end = begin == std::string_view::npos ? begin : body.find('<', begin);
    if (end == std::string_view::npos) continue;
    body = body.substr(begin + tag.size(), end - begin - tag.size());
    break;
  }
  const auto begin = body.find_first_not_of(" \t\r\n");
  if (begin == std::string_view::npos) return {};
  body = body.substr(begin, std::min<std::size_t>(body.find_first_of("\r\n", begin) - begin, 1000));
  return cut_to(visible(body), excerpt_size);
}

std::string show_response_detail(const ReceivedEvent& event, const EventView& view, const Palette& paint) {
  if (event.is_withheld) return "not forwarded: it didn't verify (--forward-all forwards it)";
  if (event.is_from_page) return "a web page sent this (--allow-browser accepts it)";
  if (!event.forward) return {};
  const Exchange& exchange = event.forward->exchange;
  const std::string target = view.has_several_targets ? visible(event.forward->url) + "  " : "";
  if (!exchange.response) return target + paint(Style::bad, "no response: " + visible(exchange.error.detail));
  return target + (exchange.response->status < 300 ? "" : excerpt_of(exchange.response->body));
}

}  // namespace

std::string short_id(const std::string& id) { return visible(id.substr(0, 8)); }

bool is_probe(const Request& request) { return header_value(request.headers, check_header).has_value(); }

std::string type_remark(const std::optional<std::string>& type) {
  if (!type) return {};
  const EventType* known = find_event_type(*type);
  if (known == nullptr) return "unknown type";
  return known->name == *type ? std::string() : fmt::format("alias of {}", known->name);
}

std::string show_headers(const Headers& headers, std::string_view margin, const Palette& paint) {
  std::string out;
  for (const auto& [name, value] : headers) {
    out += fmt::format("{}{} {}\n", margin, paint(Style::dim, visible(name) + ":"), visible(value));
  }
  return out;
}

std::string show_arrival(const ReceivedEvent& event, const EventView& view, const Palette& paint) {
  const LineLayout layout(view.width);
  const bool is_valid = event.verification.verdict == Verdict::valid;
  const bool is_expected = is_valid || is_probe(event.request);
  const std::string label = event.type ? visible(*event.type) : "(no type)";
  std::string words = verdict_words(event.verification, layout.is_short);
  if (view.width > 0 && layout.before_verdict + columns_of(words) > view.width)
    words = verdict_words(event.verification, true);
  const std::string reason = is_expected ? "" : reason_of(event, view);
  std::string out = line_start(event.received_at, "→", Style::strong, label, event.id, layout, paint);
  out += paint(is_valid ? Style::good : is_expected ? Style::warning : Style::bad, words);
  std::size_t column = layout.before_verdict + columns_of(words);

  // What has no room on the line goes below it.
  const auto fits = [&](std::string_view text) {
    return view.width == 0 || column + 2 + columns_of(text) <= view.width;
  };
  std::string below;
  if (const std::string remarks = remarks_on(event); !remarks.empty()) {
    if (fits(remarks)) {
      out += "  " + paint(Style::dim, remarks);
      column += 2 + columns_of(remarks);
    } else {
      below += paragraph(remarks, view, Style::dim, paint);
    }
  }
  const bool is_pretty = view.output != EventOutput::compact;
  const bool has_causes = !event.causes.empty() && event.verification.verdict == Verdict::invalid;
  if (!reason.empty() && (!has_causes || !is_pretty)) {
    if (fits(reason)) {
      out += paint(Style::bad, ": " + reason);
    } else {
      below += paragraph(reason, view, Style::plain, paint);
    }
  }
  out += '\n';
  if (!is_pretty) {
    if (!is_expected && has_causes) below += show_hint(event, layout.before_verdict, view, paint);
    return out + below;
  }
  if (view.output == EventOutput::full || view.with_headers) {
    out += below + paragraph(show_circumstances(event), view, Style::dim, paint);
    out += show_headers(event.request.headers, indent, paint);
    below.clear();
  }
  if (is_valid || view.output == EventOutput::full)
    return out + below + (is_expected ? "" : brief_cause(event, view, paint)) +
           show_event_body(event, view, paint);
  if (is_expected) return out + below;
  const std::string hint = show_hint(event, indent.size(), view, paint);
  const std::string causes = has_causes ? brief_cause(event, view, paint) : "";
  return out + cut_rows(below + causes, view) + hint;
}

std::string show_replay(const std::string& id, Time at, const std::string& url, const Exchange& exchange,
                        const EventView& view, const Palette& paint) {
  const LineLayout layout(view.width);
  std::string label = "no response";
  Style style = Style::bad;
  if (exchange.response) {
    const Response& response = *exchange.response;
    label = fmt::format(
        "{} {}", response.status,
        response.reason.empty() ? std::string(reason_phrase(response.status)) : visible(response.reason));
    style = style_of(response.status);
  }
  std::string out = line_start(at, "⇢", style, label, id, layout, paint);
  const std::string detail = exchange.response ? "" : ": " + visible(exchange.error.detail);
  const std::string rest =
      fmt::format("replayed to {} in {}{}", visible(url), human_duration(exchange.elapsed), detail);
  return out +
         cut_to(rest, view.width == 0
                          ? 0
                          : std::max(view.width, layout.before_verdict + 10) - layout.before_verdict) +
         "\n";
}

std::string show_response(const ReceivedEvent& event, const EventView& view, const Palette& paint) {
  const LineLayout layout(view.width);
  std::string phrase(reason_phrase(event.status));
  if (event.forward && event.forward->exchange.response &&
      event.forward->exchange.response->status == event.status &&
      !event.forward->exchange.response->reason.empty())
    phrase = visible(event.forward->exchange.response->reason);
  const std::string label = fmt::format("{} {}", event.status, event.fault.empty() ? phrase : event.fault);
  const bool is_good = event.status < 300 && event.fault.empty();
  const Style style = event.fault.empty() ? style_of(event.status) : Style::bad;
  std::string out = line_start(event.received_at + event.took, "←", style, label, event.id, layout, paint);
  const std::string duration = human_duration(event.took);
  out += is_good ? paint(Style::good, "✓ ") + duration : duration;
  const std::size_t column = layout.before_verdict + columns_of(duration) + (is_good ? 2 : 0) + 2;
  // Painting is undone where the text is cut, so the detail is cut plain.
  if (const std::string detail = show_response_detail(event, view, Palette(false)); !detail.empty()) {
    if (view.width == 0 || view.width > column + 20) {
      out += "  " + paint(is_good ? Style::dim : Style::bad,
                          cut_to(detail, view.width == 0 ? 0 : view.width - column));
    } else {
      out += "\n" + std::string(indent) + cut_to(detail, view.width - indent.size());
    }
  }
  out += '\n';
  const bool is_detailed = view.output == EventOutput::full || view.with_headers;
  if (!is_detailed || !event.forward || !event.forward->exchange.response) return out;
  const Response& response = *event.forward->exchange.response;
  out += show_headers(response.headers, indent, paint);
  if (response.body.empty()) return out;
  return out + show_body(response.body, {.max_lines = view.output == EventOutput::full ? 0 : response_lines},
                         paint);
}

}  // namespace alohook
