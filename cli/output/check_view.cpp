#include "output/check_view.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/visible.h"
#include "json/json_line.h"
#include "output/wrap.h"

namespace alohook {
namespace {

/// The columns that are left beside `taken` others; 0 is no limit.
std::size_t text_width(std::size_t width, std::size_t taken) {
  constexpr std::size_t narrowest = 20;
  return width == 0 ? std::string::npos : std::max(narrowest, width - std::min(width, taken));
}

std::string mark_of(const CheckOutcome& outcome, const Palette& paint) {
  switch (outcome.result) {
    case CheckResult::pass:
      return paint(Style::good, "✓");
    case CheckResult::fail:
      return outcome.severity == Severity::may ? paint(Style::warning, "!") : paint(Style::bad, "✗");
    case CheckResult::inconclusive:
      return paint(Style::warning, "?");
    case CheckResult::skip:
      return paint(Style::dim, "-");
  }
  return {};
}

std::string word_of(const CheckOutcome& outcome, const Palette& paint) {
  switch (outcome.result) {
    case CheckResult::pass:
      return {};
    case CheckResult::fail:
      return paint(outcome.severity == Severity::may ? Style::warning : Style::bad,
                   fmt::format("failed ({})", name_of(outcome.severity)));
    case CheckResult::inconclusive:
      return paint(Style::warning, fmt::format("inconclusive ({})", name_of(outcome.severity)));
    case CheckResult::skip:
      return paint(Style::dim, "skipped");
  }
  return {};
}

/// Never wrapped: it is to be copied.
std::string show_reproduction(const Reproduction& reproduction, const Palette& paint) {
  std::string out;
  for (const std::string& command : reproduction.commands) {
    const std::string head = fmt::format("{:<{}}", out.empty() ? "reproduce" : "", label_width);
    out += fmt::format("    {}{}\n", paint(Style::dim, head), visible(command));
  }
  return out;
}

std::string one_paragraph(std::string_view label, std::string_view text, std::size_t width,
                          const Palette& paint) {
  if (text.empty()) return {};
  std::string out;
  for (const std::string& line : wrapped(visible(text), text_width(width, label_width + 4))) {
    const std::string head = fmt::format("{:<{}}", out.empty() ? label : "", label_width);
    out += fmt::format("    {}{}\n", paint(Style::dim, head), line);
  }
  return out;
}

}  // namespace

std::string show_checks(const std::vector<CheckInfo>& checks, const Palette& paint) {
  std::string out;
  for (const CheckInfo& info : checks) {
    out += fmt::format("{}  {:<6}  {}  {}\n", paint(Style::strong, fmt::format("{:<26}", info.id)),
                       name_of(info.severity), name_of(info.check_class), info.title);
  }
  return out;
}

std::string check_info_json(const CheckInfo& info) {
  return JsonLine()
      .number("schema", 1)
      .string("event", "listed")
      .string("id", info.id)
      .string("group", info.group)
      .string("severity", name_of(info.severity))
      .string("class", name_of(info.check_class))
      .string("title", info.title)
      .string("why", info.why)
      .string("source", info.source)
      .take();
}

std::string explain_check(const CheckInfo& info, std::size_t width, const Palette& paint) {
  return fmt::format("{} ({})\n", paint(Style::strong, info.id), name_of(info.severity)) +
         one_paragraph("rule", info.title, width, paint) + one_paragraph("why", info.why, width, paint) +
         one_paragraph("see", info.source, width, paint);
}

std::string OutcomeView::paragraph(std::string_view label, std::string_view text,
                                   const Palette& paint) const {
  return one_paragraph(label, text, width_, paint);
}

/// Leaves out what `sent` and `got` say already.
std::string OutcomeView::show_reason(const CheckOutcome& outcome, const Palette& paint) const {
  const std::string known = fmt::format("{}: {}", outcome.sent, outcome.got), more = "; also: ";
  if (!outcome.reason.starts_with(known)) return paragraph("reason", outcome.reason, paint);
  const std::string rest = outcome.reason.substr(known.size());
  return paragraph("also", rest.starts_with(more) ? rest.substr(more.size()) : rest, paint);
}

std::string OutcomeView::show_fixes(const std::vector<Fix>& fixes, const Palette& paint) const {
  std::string out;
  for (const Fix& fix : fixes) {
    if (!language_.empty() && !fix.language.empty() && fix.language != language_) continue;
    out += paragraph(out.empty() ? "fix" : "",
                     fix.language.empty() ? fix.text : fmt::format("{}: {}", fix.language, fix.text), paint);
  }
  return out;
}

std::string OutcomeView::show_failure(const CheckOutcome& outcome, const Palette& paint) {
  std::string out = paragraph("sent", outcome.sent, paint) + paragraph("expected", outcome.expected, paint) +
                    paragraph("got", outcome.got, paint) + show_reason(outcome, paint);
  if (!outcome.consequence_of.empty()) out += paragraph("follows", "from " + outcome.consequence_of, paint);
  if (std::exchange(last_why_, outcome.why) != outcome.why) out += paragraph("why", outcome.why, paint);
  out += paragraph("see", outcome.source, paint);
  for (const Cause& cause : outcome.causes) {
    const bool is_new = explained_.insert(cause.id).second;
    out += paragraph("bug", is_new ? fmt::format("{}: {}", cause.id, cause.text) : cause.id + ", as above",
                     paint);
    out += paragraph(cause.proven ? "proof" : "hint", cause.evidence, paint);
    if (is_new) out += show_fixes(cause.fixes, paint);
  }
  if (outcome.reproduction) out += show_reproduction(*outcome.reproduction, paint);
  return out;
}

std::string OutcomeView::show(const CheckOutcome& outcome, const Palette& paint) {
  std::string out = fmt::format("{} {}  {}", mark_of(outcome, paint),
                                paint(Style::strong, fmt::format("{:<25}", outcome.id)), outcome.title);
  if (const std::string word = word_of(outcome, paint); !word.empty()) out += "  " + word;
  if (outcome.requests > 0) out += "  " + paint(Style::dim, human_duration(outcome.elapsed));
  out += "\n";
  if (outcome.result == CheckResult::fail) out += show_failure(outcome, paint);
  if (outcome.result == CheckResult::inconclusive || outcome.result == CheckResult::skip) {
    if (outcome.reason != last_reason_) out += paragraph("reason", outcome.reason, paint);
  }
  last_reason_ = outcome.reason;
  for (const std::string& remark : outcome.remarks) out += paragraph("note", remark, paint);
  return out;
}

}  // namespace alohook
