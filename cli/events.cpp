// `alohook events`: which events has the listener received?
#include <fmt/format.h>

#include <deque>
#include <memory>

#include "commands.h"
#include "events/event_filter.h"
#include "journal/recording.h"
#include "options/flags.h"
#include "options/memory.h"
#include "output/recorded_view.h"

namespace alohook {
namespace {

constexpr std::size_t default_count = 1000;

const CommandHelp events_help{
    .summary = "List the events that the listener received",
    .examples = {{"alohook events"},
                 {"alohook events --last 10 --only action_created"},
                 {"alohook events events.jsonl --format json | jq -r .id", "List a journal's ids"}},
    .notes =
        {"A listener in a terminal remembers its last 1,000 events, or those of the journal that --record "
         "names. Pass the ids that are listed to alohook show, replay and verify."},
    .exit_codes = {{"0", "done"}, {"2", "can't start"}},
    .topics = {"journal"},
};

struct Options {
  OutputOptions output;
  std::string file;
  std::size_t count = default_count;
  std::vector<std::string> types;
  std::vector<std::string> conditions;
};

/// What is listed of an event: bodies are many, and lists are long.
ReceivedEvent without_body(RecordedEvent recorded) {
  ReceivedEvent event = as_received(std::move(recorded));
  event.request = {};
  event.forward = {};
  return event;
}

int run(const Options& options, Context& context) {
  Console console = make_console(options.output, context);
  EventFilter filter;
  for (const std::string& type : options.types) filter.add_type(type);
  for (const std::string& condition : options.conditions) filter.add_where(condition);
  const std::string file = options.file.empty() ? remembered_journal(context) : options.file;
  Recording recording(file, context.in, console.notes());
  std::deque<ReceivedEvent> events;
  while (auto event = recording.next()) {
    if (!filter.matches(event->type, event->request.body)) continue;
    events.push_back(without_body(std::move(*event)));
    if (events.size() > options.count) events.pop_front();
  }
  std::string date = local_date(context.now());
  for (const ReceivedEvent& event : events) {
    const std::string of_event = local_date(event.received_at);
    if (std::exchange(date, of_event) != of_event)
      console.human(console.palette()(Style::dim, fmt::format("── {} ──", of_event)) + "\n");
    console.human(show_row(event, context.terminal_size().columns, console.palette()));
    console.json(row_json(event));
  }
  if (events.empty()) console.talk("no events yet");
  return exit_yes;
}

}  // namespace

Command events_command(CommandApp& root) {
  CommandApp& app = add_command(root, "events", events_help);
  const auto options = std::make_shared<Options>();
  add_value(app, "file", options->file, a_file,
            "Read this journal or HAR file instead of the remembered events, or standard input for -");
  add_number(app, "--last", options->count, {1, UINT32_MAX}, {"N"},
             "List at most this many events, the newest");
  add_value(app, "--only", options->types, an_event_type, "List only events of this type");
  add_value(app, "--where", options->conditions, {"PATH=VALUE", Offer::json_path},
            "List only events with this value");
  add_output_options(app, options->output);
  return {&app, [options](Context& context) { return run(*options, context); }};
}

}  // namespace alohook
