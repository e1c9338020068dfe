// `alohook show`: what exactly was this event, why was it rejected, and how was it answered?
#include <fmt/format.h>

#include <chrono>
#include <memory>

#include "base/error.h"
#include "base/visible.h"
#include "commands.h"
#include "diagnosis/diagnosis.h"
#include "journal/recording.h"
#include "options/flags.h"
#include "options/language.h"
#include "options/memory.h"
#include "options/secrets.h"
#include "output/recorded_view.h"

namespace alohook {
namespace {

constexpr std::chrono::seconds search_time{20};

const CommandHelp show_help{
    .summary = "Show an event in full, and explain why it was rejected",
    .examples = {{"alohook show", "Show the last event"},
                 {"alohook show a1c6f1e0"},
                 {"alohook show a1c6f1e0 --journal events.jsonl --format json | jq -r .body"}},
    .exit_codes = {{"0", "done"}, {"2", "can't start"}},
    .topics = {"journal"},
};

struct Options {
  OutputOptions output;
  SecretOptions secret;
  std::string id = "last";
  std::string file;
};

RecordedEvent find_one(const Options& options, Console& console, Context& context) {
  const std::string file = options.file.empty() ? remembered_journal(context) : options.file;
  if (options.id == "last") {
    if (auto event = read_last_event(file)) return std::move(*event);
    if (options.file.empty()) throw nothing_remembered();
    throw Error(fmt::format("there is no event in '{}'", visible(file)));
  }
  Recording recording(file, context.in, console.notes());
  return std::move(find_events({options.id}, recording).front());
}

/// Looks for the cause again, now with the fixes. A listener may have had another secret than this command: then what it
/// found stays.
void explain(ReceivedEvent& event, const Options& options, Console& console, Context& context) {
  if (event.verification.verdict == Verdict::valid) return;
  const auto deadline = std::chrono::steady_clock::now() + search_time;
  const DiagnosisLimits limits{
      .out_of_time = [deadline] { return std::chrono::steady_clock::now() > deadline; }};
  const Diagnosis diagnosis = diagnose({.secrets = load_secrets(options.secret, context),
                                        .headers = event.request.headers,
                                        .body = event.request.body,
                                        .now = event.received_at},
                                       limits);
  if (diagnosis.verification.verdict == event.verification.verdict) {
    event.causes = diagnosis.causes;
    return;
  }
  console.talk(
      fmt::format("note: with the secret of this command the signature is {}; give the listener's secret",
                  name_of(diagnosis.verification.verdict)));
}

int run(const Options& options, Context& context) {
  Console console = make_console(options.output, context);
  RecordedEvent recorded = find_one(options, console, context);
  const bool has_verdict = !recorded.verdict.empty();
  ReceivedEvent event = as_received(std::move(recorded));
  if (has_verdict) explain(event, options, console, context);
  console.human(show_whole_event(event, language_of_project("."), console.palette()));
  console.json(to_json_line(event));
  return exit_yes;
}

}  // namespace

Command show_command(CommandApp& root) {
  CommandApp& app = add_command(root, "show", show_help);
  const auto options = std::make_shared<Options>();
  add_value(app, "id", options->id, {"ID", Offer::remembered},
            "Show the event whose id begins like this, or the last one for 'last' (the default)");
  add_value(app, "--journal", options->file, a_file, "Read this journal instead of the remembered events");
  add_secret_options(app, options->secret);
  add_output_options(app, options->output);
  return {&app, [options](Context& context) { return run(*options, context); }};
}

}  // namespace alohook
