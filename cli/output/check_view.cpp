#include "output/check_view.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <utility>

#include "base/visible.h"
#include "json/json_line.h"
#include "output/wrap.h"

namespace alohook {
namespace {

constexpr std::size_t label_width = 10;

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

/// One labelled paragraph under a check.
std::string paragraph(std::string_view label, std::string_view text, const Palette& paint) {
  if (text.empty()) return {};
  std::string out;
  bool is_first = true;
  for (const std::string& line : wrapped(visible(text), line_width - label_width - 4)) {
    const std::string head = fmt::format("{:<{}}", is_first ? label : "", label_width);
    out += fmt::format("    {}{}\n", paint(Style::dim, head), line);
    is_first = false;
  }
  return out;
}

/// The reason without what `sent` and `got` say already.
std::string show_reason(const CheckOutcome& outcome, const Palette& paint) {
  const std::string known = fmt::format("{}: {}", outcome.sent, outcome.got), more = "; also: ";
  if (!outcome.reason.starts_with(known)) return paragraph("reason", outcome.reason, paint);
  const std::string rest = outcome.reason.substr(known.size());
  return paragraph("also", rest.starts_with(more) ? rest.substr(more.size()) : rest, paint);
}

std::string show_fixes(const std::vector<Fix>& fixes, const Palette& paint) {
  std::string out;
  for (const Fix& fix : fixes) {
    out += paragraph(out.empty() ? "fix" : "",
                     fix.language.empty() ? fix.text : fmt::format("{}: {}", fix.language, fix.text), paint);
  }
  return out;
}

/// Never wrapped: it is to be copied.
std::string show_reproduction(const Reproduction& reproduction, const Palette& paint) {
  std::string out;
  for (const std::string& command : reproduction.commands) {
    const std::string head = fmt::format("{:<{}}", out.empty() ? "again" : "", label_width);
    out += fmt::format("    {}{}\n", paint(Style::dim, head), visible(command));
  }
  return out;
}

/// What failed, and for which bug: one paragraph for each bug, and one for what no bug is known of.
std::string show_failed(const CheckRun& run, Severity fail_on, const Palette& paint) {
  std::map<std::string, std::string> ids;  // by the cause
  std::map<std::string, std::string> texts;
  for (const CheckOutcome& outcome : run.outcomes) {
    if (outcome.result != CheckResult::fail || outcome.severity > fail_on) continue;
    const std::string cause = outcome.causes.empty() ? "" : outcome.causes.front().id;
    std::string& list = ids[cause];
    list += (list.empty() ? "" : ", ") + outcome.id;
    if (!outcome.causes.empty()) texts[cause] = outcome.causes.front().text;
  }
  std::string out;
  for (const auto& [cause, list] : ids) {
    out += paragraph("failed", list, paint);
    if (!cause.empty()) out += paragraph("for", fmt::format("{}: {}", cause, texts[cause]), paint);
  }
  return out;
}

int required(const CheckRun& run, Severity fail_on, int CheckCounts::*number) {
  int sum = 0;
  for (const Severity severity : {Severity::must, Severity::should, Severity::may}) {
    if (severity <= fail_on) sum += count(run, severity).*number;
  }
  return sum;
}

std::string counts_text(const CheckCounts& counts) {
  std::string text = fmt::format("{} passed", counts.passed);
  if (counts.failed > 0) text += fmt::format(", {} failed", counts.failed);
  if (counts.inconclusive > 0) text += fmt::format(", {} inconclusive", counts.inconclusive);
  if (counts.skipped > 0) text += fmt::format(", {} skipped", counts.skipped);
  return text;
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

std::string OutcomeView::show_failure(const CheckOutcome& outcome, const Palette& paint) {
  std::string out = paragraph("sent", outcome.sent, paint) + paragraph("expected", outcome.expected, paint) +
                    paragraph("got", outcome.got, paint) + show_reason(outcome, paint);
  if (std::exchange(last_why_, outcome.why) != outcome.why) out += paragraph("why", outcome.why, paint);
  out += paragraph("see", outcome.source, paint);
  for (const Cause& cause : outcome.causes) {
    const bool is_new = explained_.insert(cause.id).second;
    out += paragraph("bug", is_new ? fmt::format("{}: {}", cause.id, cause.text) : cause.id + ", as above",
                     paint);
    out += paragraph("evidence", cause.evidence, paint);
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

std::string show_total(const CheckRun& run, Severity fail_on, const Palette& paint) {
  std::string out = "\n";
  for (const std::string& note : run.notes) out += paragraph("note", note, paint);
  if (!run.obstacle.empty())
    out += paragraph("note", "it could not be judged to the end: " + run.obstacle, paint);
  if (run.encoding) {
    out += fmt::format("signatures are read as {}{}; ", name_of(*run.encoding),
                       run.is_encoding_given ? " (given)" : "");
  }
  out += fmt::format("{} requests in {}, {} of them signed events\n", run.requests_sent,
                     human_duration(run.elapsed), run.signed_events_sent);
  for (const Severity severity : {Severity::must, Severity::should, Severity::may}) {
    const CheckCounts counts = count(run, severity);
    if (counts.total() > 0) out += fmt::format("{:<7} {}\n", name_of(severity), counts_text(counts));
  }
  out += show_failed(run, fail_on, paint);
  const int passed = required(run, fail_on, &CheckCounts::passed);
  const int failed = required(run, fail_on, &CheckCounts::failed);
  const int open = required(run, fail_on, &CheckCounts::inconclusive);
  switch (verdict_of(run, fail_on)) {
    case CheckVerdict::right:
      return out +
             paint(Style::good,
                   fmt::format("✓ the receiver is right: {} of {} required checks passed", passed, passed)) +
             "\n";
    case CheckVerdict::wrong:
      return out +
             paint(Style::bad, fmt::format("✗ the receiver is wrong: {} of {} required checks failed", failed,
                                           passed + failed + open)) +
             "\n";
    case CheckVerdict::undecided:
      return out +
             paint(Style::warning,
                   fmt::format("? it could not be judged: {} of {} required checks are inconclusive", open,
                               passed + failed + open)) +
             "\n";
  }
  return out;
}

}  // namespace alohook
