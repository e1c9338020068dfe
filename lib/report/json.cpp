#include "report/json.h"

#include <algorithm>

#include "base/ci_commands.h"
#include "base/visible.h"
#include "json/json_line.h"
#include "json/json_text.h"
#include "report/details.h"

namespace alohook {
namespace {

template <class Items, class ToJson>
std::string list(const Items& items, ToJson to_json) {
  std::string out = "[";
  for (const auto& item : items) {
    if (out.size() > 1) out += ',';
    out += to_json(item);
  }
  return out + ']';
}

void add_text(JsonLine& line, std::string_view key, std::string_view text) {
  if (!text.empty()) line.json(key, json_quoted(text));
}

std::string to_json(const Fix& fix) {
  return JsonLine().json("language", json_quoted(fix.language)).json("text", json_quoted(fix.text)).take();
}

std::string to_json(const Cause& cause) {
  return JsonLine()
      .json("id", json_quoted(cause.id))
      .json("text", json_quoted(cause.text))
      .json("evidence", json_quoted(cause.evidence))
      .boolean("proven", cause.proven)
      .json("fixes", list(cause.fixes, [](const Fix& fix) { return to_json(fix); }))
      .take();
}

std::string to_json(const Reproduction& reproduction) {
  JsonLine line;
  if (!reproduction.file.empty())
    line.json("file", json_quoted(reproduction.file)).bytes("body", reproduction.body);
  return line.json("commands", list(reproduction.commands, json_quoted)).take();
}

std::string to_json(const Intermittent& intermittent) {
  return JsonLine().number("rejected", intermittent.rejected).number("sent", intermittent.sent).take();
}

std::string to_json(const CheckCounts& counts) {
  return JsonLine()
      .number("passed", counts.passed)
      .number("failed", counts.failed)
      .number("inconclusive", counts.inconclusive)
      .number("skipped", counts.skipped)
      .take();
}

}  // namespace

std::string check_json(const CheckOutcome& outcome) {
  JsonLine line;
  line.number("schema", 1)
      .string("event", "check")
      .json("id", json_quoted(outcome.id))
      .json("group", json_quoted(outcome.group))
      .json("title", json_quoted(outcome.title))
      .string("severity", name_of(outcome.severity))
      .string("class", name_of(outcome.check_class))
      .string("result", name_of(outcome.result));
  add_text(line, "reason", outcome.reason);
  add_text(line, "sent", outcome.sent);
  add_text(line, "expected", outcome.expected);
  add_text(line, "got", outcome.got);
  add_text(line, "why", outcome.why);
  add_text(line, "source", outcome.source);
  if (outcome.result == CheckResult::fail) {
    line.json("causes", list(outcome.causes, [](const Cause& cause) { return to_json(cause); }));
  }
  add_text(line, "consequence_of", outcome.consequence_of);
  if (outcome.intermittent) line.json("intermittent", to_json(*outcome.intermittent));
  if (outcome.reproduction) line.json("reproduction", to_json(*outcome.reproduction));
  if (!outcome.remarks.empty()) line.json("remarks", list(outcome.remarks, json_quoted));
  return line.number("requests", outcome.requests).milliseconds("ms", outcome.elapsed.count()).take();
}

std::string summary_json(const CheckRun& run, Severity fail_on) {
  const CheckCounts all = count(run);
  JsonLine line;
  line.number("schema", 1)
      .string("event", "summary")
      .string("verdict", name_of(verdict_of(run, fail_on)))
      .string("fail_on", name_of(fail_on))
      .json("url", json_quoted(run.url))
      .json("secret", json_quoted(run.secret));
  if (run.encoding) {
    line.string("encoding", name_of(*run.encoding)).boolean("encoding_given", run.is_encoding_given);
  }
  line.string("started_at", iso8601(run.started_at))
      .milliseconds("ms", run.elapsed.count())
      .number("passed", all.passed)
      .number("failed", all.failed)
      .number("inconclusive", all.inconclusive)
      .number("skipped", all.skipped);
  for (const Severity severity : {Severity::must, Severity::should, Severity::may}) {
    line.json(name_of(severity), to_json(count(run, severity)));
  }
  line.number("requests", run.requests_sent)
      .number("signed_events", run.signed_events_sent)
      .boolean("reachable", run.is_reachable);
  if (run.valid_requests.sent > 0) line.json("valid_requests", to_json(run.valid_requests));
  if (run.not_signature) add_text(line, "not_signature", run.not_signature->id);
  add_text(line, "obstacle", run.obstacle);
  return line.json("notes", list(run.notes, json_quoted)).take();
}

std::string json_report(const CheckRun& run, Severity fail_on) {
  std::string out;
  for (const CheckOutcome& outcome : run.outcomes) out += check_json(outcome) + '\n';
  // Reports may be printed.
  return json_without_ci_commands(out + summary_json(run, fail_on) + '\n');
}

}  // namespace alohook
