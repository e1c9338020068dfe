#include "report/html.h"

#include <fmt/format.h>

#include <iterator>

#include "base/codec.h"
#include "base/crypto.h"
#include "base/visible.h"
#include "embedded/report_style.h"
#include "report/details.h"
#include "report/findings.h"
#include "report/markup.h"

namespace alohook {
namespace {

constexpr std::size_t longest_saved_body = 1024 * 1024;
constexpr std::size_t longest_dump = 64;  // lines

std::string head(const CheckRun& run) {
  const std::string_view style = embedded::report_style().front().bytes;
  const std::string style_hash = base64_encode(hash(HashAlgorithm::sha256, {style}));
  return fmt::format(
      "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
      "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'sha256-{}'; "
      "base-uri 'none'; form-action 'none'\">\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
      "<meta name=\"referrer\" content=\"no-referrer\">\n"
      "<title>alohook check {}</title>\n<style>{}</style>\n</head>\n",
      style_hash, escape_markup(run.url), style);
}

void add_row(std::string& out, std::string_view label, std::string_view text) {
  if (text.empty()) return;
  fmt::format_to(std::back_inserter(out), "<dt>{}</dt><dd>{}</dd>\n", label, escape_markup(visible(text)));
}

std::string counts_row(std::string_view label, const CheckCounts& counts) {
  return fmt::format("<tr><th scope=\"row\">{}</th><td>{}</td><td>{}</td><td>{}</td><td>{}</td></tr>\n",
                     label, counts.passed, counts.failed, counts.inconclusive, counts.skipped);
}

std::string counts_table(const CheckRun& run) {
  std::string out =
      "<table>\n<thead><tr><th scope=\"col\">severity</th><th scope=\"col\">passed</th><th "
      "scope=\"col\">failed</th>"
      "<th scope=\"col\">inconclusive</th><th scope=\"col\">skipped</th></tr></thead>\n<tbody>\n";
  for (const Severity severity : {Severity::must, Severity::should, Severity::may}) {
    out += counts_row(name_of(severity), count(run, severity));
  }
  return out + counts_row("all", count(run)) + "</tbody>\n</table>\n";
}

std::string opening(const CheckRun& run, Severity fail_on) {
  std::string out =
      fmt::format("<header class=\"verdict {}\">\n<h1>{}</h1>\n<p><code>{}</code></p>\n",
                  name_of(verdict_of(run, fail_on)), escape_markup(describe_verdict(run, fail_on)),
                  escape_markup(visible(run.url)));
  out += counts_table(run) + "</header>\n<dl>\n";
  add_row(out, "checked at", iso8601(run.started_at));
  add_row(out, "took", human_duration(run.elapsed));
  add_row(out, "signed with", run.secret);
  if (run.encoding) {
    add_row(out, "signature form",
            fmt::format("{}, {}", name_of(*run.encoding), run.is_encoding_given ? "given" : "detected"));
  }
  add_row(out, "sent",
          fmt::format("{} requests, {} of them correctly signed events", run.requests_sent,
                      run.signed_events_sent));
  add_row(out, "required", fmt::format("every check up to \"{}\"", name_of(fail_on)));
  out += "</dl>\n";
  if (run.notes.empty()) return out;
  out += "<ul>\n";
  for (const std::string& note : run.notes) out += "<li>" + escape_markup(visible(note)) + "</li>\n";
  return out + "</ul>\n";
}

struct Mark {
  std::string_view style, text;
};

Mark mark_of(const CheckOutcome& outcome, Severity fail_on) {
  switch (outcome.result) {
    case CheckResult::pass:
      return {"pass", "✓ pass"};
    case CheckResult::fail:
      return is_required(outcome, fail_on) ? Mark{"fail", "✗ fail"} : Mark{"wish", "✗ fail"};
    case CheckResult::inconclusive:
      return {"inconclusive", "? inconclusive"};
    case CheckResult::skip:
      break;
  }
  return {"skip", "– skip"};
}

std::string cause(const Cause& cause) {
  std::string out = fmt::format("<h3>Cause: <code>{}</code></h3>\n<p>{}</p>\n",
                                escape_markup(visible(cause.id)), escape_markup(visible(cause.text)));
  if (!cause.evidence.empty()) out += fmt::format("<pre>{}</pre>\n", escape_markup(cause.evidence));
  if (cause.fixes.empty()) return out;
  out += "<dl>\n";
  for (const Fix& fix : cause.fixes) {
    const std::string label = fix.language.empty() ? "fix" : "in " + escape_markup(visible(fix.language));
    add_row(out, label, fix.text);
  }
  return out + "</dl>\n";
}

std::string reproduction(const Reproduction& reproduction) {
  std::string out = "<h3>Reproduce</h3>\n<pre>";
  for (const std::string& command : reproduction.commands) out += escape_markup(visible(command)) + '\n';
  out += "</pre>\n";
  if (reproduction.file.empty()) return out;
  const std::string name = escape_markup(visible(reproduction.file));
  if (reproduction.body.size() <= longest_saved_body) {
    fmt::format_to(
        std::back_inserter(out),
        "<p class=\"save\"><a download=\"{0}\" href=\"data:application/octet-stream;base64,{1}\">Save the "
        "body as {0}</a></p>\n",
        name, base64_encode(reproduction.body));
  }
  fmt::format_to(std::back_inserter(out),
                 "<details><summary><span class=\"what\">The body, {} bytes</span></summary>"
                 "<div class=\"inside\"><pre class=\"dump\">{}</pre></div></details>\n",
                 reproduction.body.size(), escape_markup(hex_dump(reproduction.body, longest_dump)));
  return out;
}

std::string inside(const CheckOutcome& outcome) {
  std::string out = "<div class=\"inside\">\n<dl>\n";
  if (!outcome.reason.empty()) add_row(out, "rule", outcome.title);
  add_row(out, "sent", outcome.sent);
  add_row(out, "expected", outcome.expected);
  add_row(out, "got", outcome.got);
  add_row(out, "why it matters", outcome.why);
  for (const std::string& remark : outcome.remarks) add_row(out, "remark", remark);
  add_row(out, "severity", name_of(outcome.severity));
  add_row(out, "source", outcome.source);
  add_row(out, "requests", fmt::format("{}", outcome.requests));
  out += "</dl>\n";
  for (const Cause& one : outcome.causes) out += cause(one);
  if (outcome.reproduction) out += reproduction(*outcome.reproduction);
  return out + "</div>\n";
}

std::string section(const CheckOutcome& outcome, Severity fail_on) {
  const Mark mark = mark_of(outcome, fail_on);
  const bool is_open = outcome.result == CheckResult::fail;
  return fmt::format(
      "<details id=\"{0}\"{1}><summary><span class=\"result {2}\">{3}</span> <span class=\"id\">{0}</span> "
      "<span class=\"what\">{4}</span> <span class=\"time\">{5}</span></summary>\n{6}</details>\n",
      escape_markup(visible(outcome.id)), is_open ? " open" : "", mark.style, mark.text,
      escape_markup(visible(headline(outcome))), outcome.requests > 0 ? human_duration(outcome.elapsed) : "",
      inside(outcome));
}

/// Links to the sections of these checks.
std::string links(const std::vector<const CheckOutcome*>& outcomes) {
  std::string out;
  for (const CheckOutcome* outcome : outcomes) {
    const std::string id = escape_markup(visible(outcome->id));
    out += fmt::format("{0}<a href=\"#{1}\">{1}</a>", out.empty() ? "" : " ", id);
  }
  return out;
}

/// The section at the top that lists the bugs, and the failed checks that no bug explains.
std::string what_is_wrong(const CheckRun& run, Severity fail_on) {
  const std::vector<Finding> all = findings(run, fail_on);
  if (all.empty()) return {};
  std::string out = "<h2>What is wrong</h2>\n";
  for (const Finding& finding : all) {
    const bool is_named = finding.cause != nullptr;
    const std::string& id = is_named ? finding.cause->id : finding.shown->id;
    const std::string_view text = is_named ? std::string_view(finding.cause->text) : headline(*finding.shown);
    out += fmt::format("<h3><code>{}</code></h3>\n<p>{}</p>\n<dl>\n", escape_markup(visible(id)),
                       escape_markup(visible(text)));
    if (is_named) {
      for (const Fix& fix : finding.cause->fixes) {
        if (fix.language.empty()) add_row(out, "fix", fix.text);
      }
    }
    out += fmt::format("<dt>fails</dt><dd>{}</dd>\n", links(finding.fails));
    if (!finding.consequences.empty())
      out += fmt::format("<dt>as a consequence</dt><dd>{}</dd>\n", links(finding.consequences));
    if (!run.command.empty())
      add_row(out, "retry", fmt::format("{} --only {} -v", run.command, finding.shown->id));
    out += "</dl>\n";
  }
  return out;
}

/// The checks with this result, under a heading.
std::string sections(const CheckRun& run, Severity fail_on, std::string_view heading, CheckResult result) {
  std::string out;
  for (const CheckOutcome& outcome : run.outcomes) {
    if (outcome.result == result) out += section(outcome, fail_on);
  }
  return out.empty() ? "" : fmt::format("<h2>{}</h2>\n{}", heading, out);
}

}  // namespace

std::string html_report(const CheckRun& run, Severity fail_on) {
  std::string out = head(run) + "<body>\n" + opening(run, fail_on) + "<main>\n" + what_is_wrong(run, fail_on);
  out += sections(run, fail_on, "Failed checks", CheckResult::fail);
  out += sections(run, fail_on, "Inconclusive checks", CheckResult::inconclusive);
  const std::string* group = nullptr;
  for (const CheckOutcome& outcome : run.outcomes) {
    if (outcome.result != CheckResult::pass && outcome.result != CheckResult::skip) continue;
    if (group == nullptr || *group != outcome.group) {
      out += fmt::format("<h2>{}</h2>\n", escape_markup(visible(outcome.group)));
    }
    group = &outcome.group;
    out += section(outcome, fail_on);
  }
  return out + "</main>\n<footer class=\"quiet\">alohook check</footer>\n</body>\n</html>\n";
}

}  // namespace alohook
