// `alohook fixtures`: which events can be sent, and what do they look like?
#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <fstream>
#include <memory>

#include "base/error.h"
#include "base/visible.h"
#include "commands.h"
#include "events/event_type.h"
#include "journal/recording.h"
#include "json/json_line.h"
#include "options/event_source.h"
#include "options/flags.h"
#include "output/body_view.h"

namespace alohook {
namespace {

enum class Action { list, show, export_files };

const CommandHelp fixtures_help{
    .summary = "List, show and export the events that can be sent by name",
    .examples = {{"alohook fixtures"},
                 {"alohook fixtures show action_created"},
                 {"alohook fixtures export action_created > body.json"},
                 {"alohook fixtures export --out my-fixtures", "Export all of them, to edit"},
                 {"alohook fixtures export --from events.jsonl --id a1c6f1e0 --out my-fixtures",
                  "Turn a recorded event into a fixture"}},
    .notes = {"ALO documents event types but not payloads. Each fixture notes which fields are made up."},
    .exit_codes = {{"0", "done"}, {"2", "can't start"}},
    .topics = {"protocol"},
};

constexpr Choice<Action> actions[] = {{"list", Action::list, "list all fixtures"},
                                      {"show", Action::show, "show one with its notes"},
                                      {"export", Action::export_files, "write the exact bytes"}};

struct Options {
  OutputOptions output;
  Action action = Action::list;
  std::string event;
  std::string folder;
  std::string out;
  std::string journal;
  std::string id;
};

std::string fixture_json(const Fixture& fixture) {
  return JsonLine()
      .number("schema", 1)
      .string("name", fixture.name)
      .string("meaning", meaning_of(fixture))
      .string("documented", fixture.documented)
      .string("invented", fixture.invented)
      .bytes("body", fixture.body)
      .take();
}

int list(const std::vector<Fixture>& fixtures, Console& console) {
  for (const Fixture& fixture : fixtures) {
    console.human(fmt::format("{:<26} {}\n", visible(fixture.name), meaning_of(fixture)));
    console.json(fixture_json(fixture));
  }
  return exit_yes;
}

int show(const Fixture& fixture, Console& console) {
  const Palette& paint = console.palette();
  std::string text =
      fmt::format("{}  {}\n", paint(Style::strong, visible(fixture.name)), meaning_of(fixture));
  if (!fixture.documented.empty()) text += fmt::format("documented by ALO: {}\n", fixture.documented);
  if (!fixture.invented.empty()) text += fmt::format("made up: {}\n", fixture.invented);
  text += fmt::format("{} bytes:\n", fixture.body.size());
  console.human(text + show_body(fixture.body, {.max_lines = 0, .as_received = true}, paint));
  console.json(fixture_json(fixture));
  return exit_yes;
}

void write_file(const std::string& path, std::string_view bytes) {
  std::ofstream file(path, std::ios::binary);
  file << bytes;
  file.close();
  if (!file) throw Error(fmt::format("can't write '{}'", path), "name a writable directory with --out");
}

/// Writes the exact bytes: one event to stdout, or with `--out` one or all to files.
int export_fixtures(const std::vector<Fixture>& fixtures, const Options& options, Context& context,
                    Console& console) {
  if (options.out.empty()) {
    if (options.event.empty())
      throw Error("missing EVENT",
                  "example: alohook fixtures export action_created, or all of them with --out DIR");
    context.out << find_fixture(fixtures, options.event).body << std::flush;
    return exit_yes;
  }
  std::error_code ignored;
  std::filesystem::create_directories(options.out, ignored);
  const auto write = [&](const Fixture& fixture) {
    const std::string path = fmt::format("{}/{}.json", options.out, fixture.name);
    write_file(path, fixture.body);
    console.talk("wrote " + visible(path));
  };
  if (!options.event.empty()) {
    write(find_fixture(fixtures, options.event));
  } else {
    std::for_each(fixtures.begin(), fixtures.end(), write);
  }
  return exit_yes;
}

bool is_plain_name(std::string_view text) {
  return !text.empty() && text.size() <= 100 && std::all_of(text.begin(), text.end(), [](unsigned char c) {
    return c < 0x80 && (std::isalnum(c) != 0 || c == '_' || c == '-');
  });
}

/// The type or the id, whichever may be a file's name: both are what a journal says.
std::string file_name(const RecordedEvent& event) {
  if (is_plain_name(event.type.value_or(""))) return *event.type;
  return is_plain_name(event.id) ? event.id : "event";
}

int export_recorded(const Options& options, Context& context, Console& console) {
  if (options.id.empty()) throw Error("missing --id", "choose an event of the journal: --id ID");
  Recording recording(options.journal, context.in, console.notes());
  const RecordedEvent event = std::move(find_events({options.id}, recording).front());
  if (options.out.empty()) {
    context.out << event.request.body << std::flush;
    return exit_yes;
  }
  std::error_code ignored;
  std::filesystem::create_directories(options.out, ignored);
  const std::string path = fmt::format("{}/{}.json", options.out, file_name(event));
  write_file(path, event.request.body);
  console.talk("wrote " + visible(path));
  return exit_yes;
}

int run(const Options& options, Context& context) {
  Console console = make_console(options.output, context);
  if (!options.journal.empty()) {
    if (options.action == Action::export_files) return export_recorded(options, context, console);
    throw Error("--from is for exporting", "alohook fixtures export --from FILE --id ID");
  }
  const std::vector<Fixture> fixtures = load_fixtures(options.folder, context);
  switch (options.action) {
    case Action::list:
      return list(fixtures, console);
    case Action::show:
      if (options.event.empty()) throw Error("missing EVENT", "list them: alohook fixtures");
      return show(find_fixture(fixtures, options.event), console);
    case Action::export_files:
      return export_fixtures(fixtures, options, context, console);
  }
  return exit_internal_error;
}

}  // namespace

Command fixtures_command(CommandApp& root) {
  CommandApp& app = add_command(root, "fixtures", fixtures_help);
  const auto options = std::make_shared<Options>();
  add_choice<Action>(app, "action", "ACTION", actions, options->action, "Choose what to do")
      .default_str("list");
  add_value(app, "event", options->event, {"EVENT", Offer::fixture}, "Show or export this fixture");
  add_value(app, "--fixtures", options->folder, a_directory, "Add the fixtures in this directory");
  add_value(app, "--out", options->out, a_directory,
            "Export to files in this directory instead of standard output");
  const FlagRef from = add_value(app, "--from", options->journal, a_file,
                                 "Export an event of this journal, or of standard input for -");
  add_value(app, "--id", options->id, {"ID", Offer::event_id},
            "Export the event with this id, or with these first 6 or more characters of it")
      .needs(from);
  add_output_options(app, options->output);
  return {&app, [options](Context& context) { return run(*options, context); }};
}

}  // namespace alohook
