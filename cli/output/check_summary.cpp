// A run of checks at a glance.
#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "base/columns.h"
#include "base/visible.h"
#include "output/check_view.h"
#include "output/wrap.h"
#include "report/details.h"
#include "report/findings.h"

namespace alohook {
namespace {

constexpr std::size_t label_columns = 7;
constexpr std::size_t indent_columns = 2;
constexpr std::size_t few_findings = 3;
constexpr std::size_t most_in_a_line = 5;  // findings that are not shown in full
constexpr std::size_t most_fixes = 2;
constexpr std::size_t most_reasons = 2;  // why checks are inconclusive
constexpr std::size_t narrowest_text = 20;

std::string plural(int count, std::string_view one, std::string_view many) {
  return fmt::format("{} {}", count, count == 1 ? one : many);
}

CheckCounts required_counts(const CheckRun& run, Severity fail_on) {
  CheckCounts sum;
  for (const Severity severity : {Severity::must, Severity::should, Severity::may}) {
    if (severity > fail_on) continue;
    const CheckCounts counts = count(run, severity);
    sum.passed += counts.passed;
    sum.failed += counts.failed;
    sum.inconclusive += counts.inconclusive;
    sum.skipped += counts.skipped;
  }
  return sum;
}

/// Writes the lines of one summary.
class Summary {
 public:
  Summary(const CheckRun& run, const RunView& view, const Palette& paint)
      : run_(run), view_(view), paint_(paint) {}

  std::string take() && {
    if (run_.stop) return std::move(*this).take_stop();
    add_headline();
    const std::vector<Finding> all = findings(run_, view_.fail_on);
    add_findings(all);
    if (verdict_of(run_, view_.fail_on) == CheckVerdict::undecided) add_doubts();
    if (run_.valid_requests.rejected > 0) {
      add_text(0, fmt::format("Intermittent: it rejected {} of {} valid requests",
                              run_.valid_requests.rejected, run_.valid_requests.sent));
    }
    for (const std::string& note : run_.notes) add_text(0, "Note: " + note);
    add_recommended();
    add_rest();
    return std::move(out_);
  }

 private:
  std::string url() const { return visible(run_.url); }

  /// Adds a paragraph whose further lines are indented by `indent`.
  void add_text(std::size_t indent, std::string_view text, std::string_view first = {}) {
    const std::size_t limit = view_.width == 0
                                  ? std::string::npos
                                  : std::max(narrowest_text, view_.width - std::min(view_.width, indent));
    std::string start(first);
    for (const std::string& line : wrapped(visible(text), limit)) {
      out_ += start.empty() ? std::string(indent, ' ') : start;
      out_ += line + '\n';
      start.clear();
    }
  }

  void add_labelled(std::string_view label, std::string_view text) {
    if (text.empty()) return;
    const std::string head = fmt::format("{:<{}}", label, label_columns);
    add_text(indent_columns + label_columns, text,
             std::string(indent_columns, ' ') + paint_(Style::dim, head));
  }

  /// Never wrapped: it is to be copied.
  void add_command(std::string_view label, std::string_view command) {
    out_ += fmt::format("  {}{}\n", paint_(Style::dim, fmt::format("{:<{}}", label, label_columns)),
                        visible(command));
  }

  std::string take_stop() && {
    const EarlyStop& stop = *run_.stop;
    const auto line = [&](std::string_view text) {
      add_text(indent_columns, text, paint_(Style::bad, "✗ "));
    };
    const auto add_advice = [&](std::string_view text) { add_text(indent_columns, text); };
    switch (stop.kind) {
      case EarlyStop::Kind::nothing_there:
      case EarlyStop::Kind::unreachable: {
        const bool may_start = stop.kind == EarlyStop::Kind::nothing_there;
        line(fmt::format("can't check {}: {}", url(), stop.got));
        if (!stop.advice.empty()) add_advice(stop.advice + (may_start ? " (--wait 30s waits for it)" : ""));
        return std::move(out_);
      }
      case EarlyStop::Kind::redirect:
        line(fmt::format("{} redirects: {}", url(), stop.got));
        add_advice(stop.advice);
        return std::move(out_);
      case EarlyStop::Kind::wrong_path:
        line(fmt::format("no webhook endpoint at {}: {}", url(), stop.got));
        add_advice("Is the path right?");
        add_advice("Or does it answer 404 to invalid signatures? Compare secrets: alohook secret");
        return std::move(out_);
      case EarlyStop::Kind::wrong_method:
        line(fmt::format("{} doesn't accept POST: {}", url(), stop.got));
        add_advice(stop.advice);
        return std::move(out_);
    }
    return std::move(out_);
  }

  void add_headline() {
    const CheckCounts counts = required_counts(run_, view_.fail_on);
    const int ran = counts.passed + counts.failed + counts.inconclusive;
    std::string verdict;
    Style style = Style::good;
    switch (verdict_of(run_, view_.fail_on)) {
      case CheckVerdict::right:
        verdict = ran == 0   ? "✓ no required check failed"
                  : ran == 1 ? "✓ the required check passed"
                             : fmt::format("✓ all {} required checks passed", ran);
        break;
      case CheckVerdict::wrong:
        verdict =
            fmt::format("✗ {} of {} failed", counts.failed, plural(ran, "required check", "required checks"));
        style = Style::bad;
        break;
      case CheckVerdict::undecided:
        verdict = fmt::format("? {} of {} inconclusive", counts.inconclusive,
                              plural(ran, "required check", "required checks"));
        style = Style::warning;
        break;
    }
    const std::string facts =
        fmt::format("{}   {}, {}", url(), plural(run_.requests_sent, "request", "requests"),
                    human_duration(run_.elapsed));
    const std::size_t columns = columns_of(verdict) + columns_of(facts);
    const auto fits = [&](std::size_t gap) { return view_.width == 0 || columns + gap <= view_.width; };
    is_headline_long_ = !fits(2);
    out_ += paint_(style, verdict) + (fits(3) ? "   " : is_headline_long_ ? "\n  " : "  ") + facts + '\n';
  }

  void add_findings(const std::vector<Finding>& all) {
    // Where much fails without a named bug, the first stands for the others.
    const std::size_t most_in_full = all.size() > few_findings && all.front().cause == nullptr ? 1 : 2;
    for (std::size_t i = 0; i < all.size() && i < most_in_full; ++i) add_finding(all[i]);
    if (all.size() <= most_in_full) return;
    out_ += '\n';
    for (std::size_t i = most_in_full; i < all.size() && i < most_in_full + most_in_a_line; ++i) {
      const std::string line = fmt::format("{}  {}", all[i].shown->id, headline(*all[i].shown));
      out_ += paint_(Style::bad, "✗ ") + cut(visible(line), indent_columns) + '\n';
    }
    if (all.size() > most_in_full + most_in_a_line)
      out_ += fmt::format("… and {} more\n", all.size() - most_in_full - most_in_a_line);
  }

  /// The first part of a long text; -v has the rest.
  static std::string brief(const std::string& text) {
    constexpr std::size_t long_text = 120;
    return text.size() <= long_text ? text : text.substr(0, text.find("; "));
  }

  /// Cuts a line to the terminal's width.
  std::string cut(const std::string& line, std::size_t taken) const {
    if (view_.width == 0) return shortened(line, 200);
    return shortened(line, view_.width - std::min(view_.width, taken + 3));
  }

  void add_finding(const Finding& finding) {
    const bool is_short = is_headline_long_ && finding.shown->suspects_secret;  // eight lines in all
    if (!is_short) out_ += '\n';
    if (finding.cause != nullptr) {
      const bool is_other = run_.not_signature && run_.not_signature->id == finding.cause->id;
      out_ += paint_(Style::bad, is_other ? "Not about the signature:" : "Bug:") + " " +
              paint_(Style::strong, visible(finding.cause->id)) + '\n';
      add_text(indent_columns, finding.cause->text);
      if (const auto& chance = finding.shown->intermittent) {
        add_text(indent_columns,
                 fmt::format("It rejects {} of {} valid requests.", chance->rejected, chance->sent));
      }
      add_labelled(finding.cause->proven ? "Proof" : "Hint", brief(finding.cause->evidence));
      add_fixes(finding.cause->fixes);
    } else {
      out_ += paint_(Style::bad, "Failed:") + " " + paint_(Style::strong, visible(finding.shown->id)) + '\n';
      add_failure(*finding.shown);
    }
    const bool is_alone = finding.cause == nullptr && finding.fails.size() == 1;
    if (!is_alone) add_labelled("Fails", ids_of(finding.fails));
    if (!finding.consequences.empty()) {
      add_labelled(is_alone ? "Fails" : "", "as a consequence: " + ids_of(finding.consequences));
    }
    if (finding.shown->id != "accept-valid") {
      add_command("Retry", fmt::format("{} --only {} -v", run_.command, finding.shown->id));
    }
  }

  void add_failure(const CheckOutcome& outcome) {
    // A rejection of every valid request: it and its likely reason get lines of their own.
    const std::string rejected = fmt::format("a valid request is rejected: {}; ", outcome.got);
    if (outcome.id == "accept-valid" && outcome.reason.starts_with(rejected)) {
      out_ += std::string(indent_columns, ' ') +
              cut(visible(rejected.substr(0, rejected.size() - 2)), indent_columns) + '\n';
      add_text(indent_columns, outcome.reason.substr(rejected.size()), std::string(indent_columns, ' '));
      return add_suspicion(outcome);
    }
    const bool is_plain = outcome.reason.starts_with(fmt::format("{}: {}", outcome.sent, outcome.got));
    if (!is_plain) {
      add_text(indent_columns, outcome.reason);
    } else {
      add_labelled("Sent", outcome.sent);
      add_labelled("Got", fmt::format("{}, expected {}", outcome.got, outcome.expected));
    }
    add_suspicion(outcome);
  }

  void add_suspicion(const CheckOutcome& outcome) {
    if (!outcome.suspects_secret) return;
    add_labelled("With", run_.secret);
    add_command("Fix", view_.secret_advice);
  }

  void add_fixes(const std::vector<Fix>& fixes) {
    std::size_t shown = 0;
    const bool has_code = std::ranges::any_of(fixes, [](const Fix& fix) { return !fix.language.empty(); });
    const bool lacks_language = has_code && view_.language.empty();
    for (const Fix& fix : fixes) {
      if (shown == most_fixes) break;
      if (!fix.language.empty() && fix.language != view_.language) continue;
      add_labelled(shown++ == 0 ? "Fix" : "",
                   fix.language.empty() ? fix.text : fmt::format("{}: {}", fix.language, fix.text));
    }
    if (lacks_language) add_labelled("", "With code: --lang ruby, node, python, php, go, java or csharp");
  }

  void add_doubts() {
    if (!run_.obstacle.empty())
      return add_text(indent_columns, "it could not be checked to the end: " + run_.obstacle);
    std::map<std::string, std::string> ids;  // by the reason
    for (const CheckOutcome& outcome : run_.outcomes) {
      if (outcome.result != CheckResult::inconclusive || !is_required(outcome, view_.fail_on)) continue;
      std::string& list = ids[outcome.reason];
      list += (list.empty() ? "" : " ") + outcome.id;
    }
    std::size_t shown = 0;
    for (const auto& [reason, list] : ids) {
      if (shown++ == most_reasons) break;
      add_text(indent_columns, fmt::format("{} ({})", reason, list));
    }
  }

  /// What failed without making the run fail.
  void add_recommended() {
    std::string ids;
    int failed = 0;
    for (const CheckOutcome& outcome : run_.outcomes) {
      if (outcome.result != CheckResult::fail || is_required(outcome, view_.fail_on)) continue;
      if (outcome.severity == Severity::may) continue;
      ++failed;
      ids += " " + outcome.id;
    }
    if (failed == 0) return;
    add_text(indent_columns,
             fmt::format("{} failed:{}", plural(failed, "recommended check", "recommended checks"), ids),
             paint_(Style::warning, "! "));
  }

  void add_rest() {
    const CheckCounts counts = count(run_);
    std::string line = plural(counts.passed, "check passed", "checks passed");
    if (counts.inconclusive > 0) line += fmt::format(", {} inconclusive", counts.inconclusive);
    if (counts.skipped > 0) line += fmt::format(", {} skipped", counts.skipped);
    line += ". Details: -v, or --html report.html";
    add_text(0, line);
  }

  const CheckRun& run_;
  const RunView& view_;
  const Palette& paint_;
  std::string out_;
  bool is_headline_long_ = false;
};

}  // namespace

std::string show_run(const CheckRun& run, const RunView& view, const Palette& paint) {
  return Summary(run, view, paint).take();
}

}  // namespace alohook
