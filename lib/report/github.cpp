#include "report/github.h"

#include <fmt/format.h>

#include <iterator>
#include <vector>

#include "base/ci_commands.h"
#include "base/text.h"
#include "base/visible.h"
#include "report/details.h"

namespace alohook {
namespace {

constexpr std::size_t most_annotations = 9;
constexpr std::size_t longest_cell = 400;

enum class Part { property, message };

std::string escape_command(std::string_view text, Part part) {
  std::string out;
  for (const char c : visible(text)) {
    if (c == '%' || (part == Part::property && (c == ':' || c == ','))) {
      fmt::format_to(std::back_inserter(out), "%{:02X}", static_cast<unsigned char>(c));
    } else {
      out += c;
    }
  }
  return out;
}

std::string command(std::string_view kind, std::string_view title, std::string_view message) {
  return fmt::format("::{} title={}::{}\n", kind, escape_command(title, Part::property),
                     without_ci_commands(escape_command(message, Part::message), CiSystem::other));
}

std::string message_of(const CheckOutcome& outcome) {
  std::string out{headline(outcome)};
  if (!outcome.got.empty()) out += fmt::format("; expected {}, got {}", outcome.expected, outcome.got);
  for (const Cause& cause : outcome.causes) out += fmt::format("; cause {}: {}", cause.id, cause.text);
  return out;
}

std::string annotations(std::string_view kind, const std::vector<const CheckOutcome*>& outcomes) {
  std::string out;
  for (std::size_t i = 0; i < outcomes.size() && i < most_annotations; ++i) {
    out += command(kind, "alohook check: " + outcomes[i]->id, message_of(*outcomes[i]));
  }
  if (outcomes.size() > most_annotations) {
    out += command(kind, "alohook check", fmt::format("and {} more", outcomes.size() - most_annotations));
  }
  return out;
}

/// Replaces every character that has a meaning in Markdown or HTML with an entity. Truncates long text.
std::string escape_markdown(std::string_view text) {
  std::string shown = visible(text);
  if (shown.size() > longest_cell) shown = std::string(utf8_prefix(shown, longest_cell)) + "…";
  std::string out;
  for (const char c : shown) {
    const bool is_plain_byte =
        static_cast<unsigned char>(c) >= 0x80 || c == ' ' || c == ',' || c == '-' || is_alphanumeric(c);
    if (is_plain_byte) {
      out += c;
    } else {
      fmt::format_to(std::back_inserter(out), "&#{};", static_cast<int>(c));
    }
  }
  return out;
}

std::string_view symbol_of(const CheckOutcome& outcome, Severity fail_on) {
  switch (outcome.result) {
    case CheckResult::pass:
      return "✅ pass";
    case CheckResult::fail:
      return is_required(outcome, fail_on) ? "❌ fail" : "⚠️ fail";
    case CheckResult::inconclusive:
      return "❔ inconclusive";
    case CheckResult::skip:
      break;
  }
  return "⏭️ skip";
}

std::string row(const CheckOutcome& outcome, Severity fail_on) {
  std::string text = escape_markdown(headline(outcome));
  if (outcome.result == CheckResult::fail) {
    if (!outcome.sent.empty()) text += "<br>sent " + escape_markdown(outcome.sent);
    if (!outcome.expected.empty()) text += "<br>expected " + escape_markdown(outcome.expected);
    if (!outcome.got.empty()) text += "<br>got " + escape_markdown(outcome.got);
    for (const Cause& cause : outcome.causes) {
      text += fmt::format("<br>cause **{}**: {}", escape_markdown(cause.id), escape_markdown(cause.text));
    }
  }
  return fmt::format("| {} | {} | {} | {} |\n", symbol_of(outcome, fail_on), escape_markdown(outcome.id),
                     name_of(outcome.severity), text);
}

std::string summary_head(const CheckRun& run, Severity fail_on) {
  const CheckCounts counts = count(run);
  std::string out =
      fmt::format("## alohook check {}\n\n**{}.** {} passed, {} failed, {} inconclusive, {} skipped.\n",
                  escape_markdown(run.url), escape_markdown(describe_verdict(run, fail_on)), counts.passed,
                  counts.failed, counts.inconclusive, counts.skipped);
  if (!run.notes.empty()) out += '\n';
  for (const std::string& note : run.notes) out += "- " + escape_markdown(note) + '\n';
  if (!run.outcomes.empty()) out += "\n| result | check | severity | what came of it |\n|---|---|---|---|\n";
  return out;
}

}  // namespace

std::string github_annotations(const CheckRun& run, Severity fail_on) {
  std::vector<const CheckOutcome*> errors;
  std::vector<const CheckOutcome*> warnings;
  const bool is_undecided = verdict_of(run, fail_on) == CheckVerdict::undecided;
  for (const CheckOutcome& outcome : run.outcomes) {
    const bool is_required_one = is_required(outcome, fail_on);
    if (outcome.result == CheckResult::fail) (is_required_one ? errors : warnings).push_back(&outcome);
    if (outcome.result == CheckResult::inconclusive && is_undecided && is_required_one &&
        run.obstacle.empty()) {
      errors.push_back(&outcome);
    }
  }
  std::string out = annotations("error", errors) + annotations("warning", warnings);
  if (is_undecided && errors.empty())
    out += command("error", "alohook check", describe_verdict(run, fail_on));
  return out;
}

std::string github_summary(const CheckRun& run, Severity fail_on, std::size_t room) {
  constexpr std::size_t reserve = 100;  // for the line that reports what was omitted
  std::string out = summary_head(run, fail_on);
  if (out.size() + reserve > room) return "";
  std::size_t written = 0;
  for (; written < run.outcomes.size(); ++written) {
    const std::string next = row(run.outcomes[written], fail_on);
    if (out.size() + next.size() + reserve > room) break;
    out += next;
  }
  if (written < run.outcomes.size()) {
    out += fmt::format("\n{} more checks did not fit into this summary.\n", run.outcomes.size() - written);
  }
  return out + '\n';
}

}  // namespace alohook
