// `alohook fixtures`: which events can be sent, and what do they look like?
#include <fmt/format.h>

#include <CLI/CLI.hpp>
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

struct Options {
  OutputOptions output;
  Action action = Action::list;
  std::string event;
  std::string folder;
  std::string out;
  std::string journal;
  std::string id;
};

std::string meaning_of(const Fixture& fixture) {
  const auto type = event_type_of(fixture.body);
  const EventType* known = type ? find_event_type(*type) : nullptr;
  if (known == nullptr) return "not an event that ALO documents";
  if (known->name != *type) return fmt::format("alias of {}", known->name);
  return std::string(known->meaning);
}

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
  if (!fixture.invented.empty()) text += fmt::format("invented: {}\n", fixture.invented);
  text += fmt::format("{} bytes:\n", fixture.body.size());
  console.human(text + show_body(fixture.body, {.max_lines = 0, .as_received = true}, paint));
  console.json(fixture_json(fixture));
  return exit_yes;
}

void write_file(const std::string& path, std::string_view bytes) {
  std::ofstream file(path, std::ios::binary);
  file << bytes;
  file.close();
  if (!file)
    throw Error(fmt::format("cannot write '{}'", path), "name a folder that can be written to with --out");
}

/// Writes the exact bytes: one event to stdout, or with `--out` one or all to files.
int export_fixtures(const std::vector<Fixture>& fixtures, const Options& options, Context& context,
                    Console& console) {
  if (options.out.empty()) {
    if (options.event.empty()) throw Error("which event?", "name one, or a folder for all with --out DIR");
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
  if (options.id.empty()) throw Error("which event?", "name it by its id: --id ID");
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
      if (options.event.empty()) throw Error("which event?", "alohook fixtures list shows all");
      return show(find_fixture(fixtures, options.event), console);
    case Action::export_files:
      return export_fixtures(fixtures, options, context, console);
  }
  return exit_internal_error;
}

}  // namespace

Command fixtures_command(CLI::App& root) {
  auto* app = root.add_subcommand("fixtures", "List, show and export the events that can be sent by name");
  const auto options = std::make_shared<Options>();
  add_choice(
      *app, "action", {"list", "show", "export"},
      [options](std::size_t choice) { options->action = static_cast<Action>(choice); },
      "What to do; default is list");
  app->add_option("event", options->event, "Which one, for show and export")->type_name("EVENT");
  app->add_option("--fixtures", options->folder, "Folder with more fixtures")->type_name("DIR");
  app->add_option("--out", options->out, "Folder to export to, instead of stdout")->type_name("DIR");
  auto* from =
      app->add_option("--from", options->journal, "Export an event of this journal; - is standard input");
  from->type_name("FILE");
  app->add_option("--id", options->id, "Its id, or at least 6 characters of it")
      ->type_name("ID")
      ->needs(from);
  add_output_options(*app, options->output);
  app->footer(
      "Examples:\n"
      "  alohook fixtures\n"
      "  alohook fixtures show action_created\n"
      "  alohook fixtures export action_created > body.json\n"
      "  alohook fixtures export --out my-fixtures\n"
      "  alohook fixtures export --from events.jsonl --id a1c6f1e0 --out my-fixtures\n"
      "\n"
      "ALO documents the type of each event, and of the payload nothing: each fixture says what is "
      "invented.\n"
      "Exit codes: 0 listed, shown or exported, 2 could not start.");
  return {app, [options](Context& context) { return run(*options, context); }};
}

}  // namespace alohook
