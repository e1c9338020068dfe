#include "candidates.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/error.h"
#include "base/visible.h"
#include "check/check.h"
#include "events/event_type.h"
#include "help/help.h"
#include "help/topic.h"
#include "journal/recording.h"
#include "json/json_string.h"
#include "json/json_text.h"
#include "options/event_source.h"
#include "options/memory.h"

namespace alohook {
namespace {

using Candidates = std::vector<Candidate>;

constexpr int most_events = 1000;  // of a journal, however long it is

/// A flag and the command that has it.
struct Flag {
  const CommandApp* app = nullptr;
  const CLI::Option* option = nullptr;
};

/// A command line up to the word that is completed.
struct Scene {
  const CommandApp* app;                    ///< null after a command that doesn't exist
  std::vector<std::string> arguments = {};  ///< what isn't a flag or its value
  std::string journal = {};                 ///< the value of `--from`
  Flag open = {};                           ///< the flag whose value comes next
};

/// Finds a flag of the command; before the command's name, one of any command.
Flag flag_named(const CommandApp& app, const std::string& word) {
  if (!word.starts_with("-")) return {};
  const std::string name = word.starts_with("--") ? word.substr(0, word.find('=')) : word;
  if (const CLI::Option* option = app.get_option_no_throw(name)) return {&app, option};
  for (const CommandApp* command : app.commands()) {
    if (const CLI::Option* option = command->get_option_no_throw(name)) return {command, option};
  }
  return {};
}

const CommandApp* command_named(const CommandApp& root, const std::string& name) {
  const auto commands = root.commands();
  const auto found = std::find_if(commands.begin(), commands.end(),
                                  [&](const auto* one) { return one->get_name() == name; });
  return found == commands.end() ? nullptr : *found;
}

/// Reads the words before the last one.
Scene read_scene(const CommandApp& root, const std::vector<std::string>& words) {
  Scene scene{.app = &root};
  for (std::size_t i = 0; i + 1 < words.size() && scene.app != nullptr; ++i) {
    const std::string& word = words[i];
    if (scene.open.option != nullptr) {
      if (scene.open.option->check_lname("from")) scene.journal = word;
      scene.open = {};
    } else if (word == "--") {
      scene.app = nullptr;  // another program's words
    } else if (word.starts_with("-")) {
      const Flag flag = flag_named(*scene.app, word);
      if (flag.option != nullptr && takes_value(*flag.option) && word.find('=') == std::string::npos)
        scene.open = flag;
    } else if (scene.app->is_root()) {
      scene.app = command_named(root, word);
    } else {
      scene.arguments.push_back(word);
    }
  }
  return scene;
}

Candidates commands_of(const CommandApp& root) {
  Candidates candidates;
  for (const CommandApp* command : root.commands()) {
    candidates.push_back({command->get_name(), std::string(command->help_texts().summary)});
  }
  return candidates;
}

Candidates flags_of(const CommandApp& app) {
  Candidates candidates;
  for (const CLI::Option* option : app.get_options()) {
    if (option->get_positional() || option->get_lnames().empty()) continue;
    candidates.push_back({"--" + option->get_lnames().front(), flag_text(app, *option)});
  }
  return candidates;
}

Candidates fixtures_known() {
  Candidates candidates;
  for (const Fixture& fixture : built_in_fixtures())
    candidates.push_back({fixture.name, meaning_of(fixture)});
  return candidates;
}

Candidates event_types_known(std::string_view suffix) {
  Candidates candidates;
  for (const EventType& type : event_types()) {
    for (const std::string_view name : {type.name, type.alias}) {
      if (!name.empty()) candidates.push_back({fmt::format("{}{}", name, suffix), std::string(type.meaning)});
    }
  }
  return candidates;
}

Candidates checks_known(std::string_view suffix) {
  Candidates candidates;
  for (const CheckInfo& info : all_checks()) {
    candidates.push_back({fmt::format("{}{}", info.id, suffix), std::string(info.title)});
  }
  return candidates;
}

/// Adds the pointers to all values below one that aren't objects or arrays.
void add_pointers(const JsonText& json, JsonText::Index value, const std::string& pointer,
                  std::set<std::string>& found) {
  if (!json.has_children(value)) {
    found.insert(pointer);
    return;
  }
  std::size_t place = 0;
  for (const JsonText::Index child : json.children(value)) {
    const bool is_member = json.kind(value) == JsonText::Kind::object;
    const std::string step = is_member ? unescape_json_string(json.raw_key(child)) : std::to_string(place++);
    if (step.find_first_of("~/ ") == std::string::npos)
      add_pointers(json, child, fmt::format("{}/{}", pointer, step), found);
  }
}

/// The paths into the fixture that the command names, or else into all of them.
Candidates json_paths(const Scene& scene, std::string_view suffix) {
  std::set<std::string> found;
  const std::string named = scene.arguments.empty() ? "" : scene.arguments.front();
  const auto& fixtures = built_in_fixtures();
  const bool is_known =
      std::any_of(fixtures.begin(), fixtures.end(), [&](const auto& one) { return one.name == named; });
  for (const Fixture& fixture : fixtures) {
    if (is_known && fixture.name != named) continue;
    if (const auto json = JsonText::parse(fixture.body)) add_pointers(*json, JsonText::root, "", found);
  }
  Candidates candidates;
  for (const std::string& pointer : found) candidates.push_back({pointer + std::string(suffix)});
  return candidates;
}

/// The ids in the journal that the command line names, the newest first.
Candidates ids_of(const Scene& scene, Context& context) {
  std::string path = scene.journal;
  if (path.empty() && !scene.arguments.empty()) path = scene.arguments.front();
  if (path.empty() || path == "-") return {};
  Candidates candidates;
  try {
    Recording recording(path, context.in, [](std::string_view) {});
    while (auto event = recording.next()) {
      const std::string time = iso8601(event->received_at);
      candidates.insert(candidates.begin(),
                        {event->id, fmt::format("{} {}", time, event->type.value_or("(no type)"))});
      if (candidates.size() > most_events) candidates.pop_back();
    }
  } catch (const Error&) {
    return {};  // completion has no place for errors
  }
  return candidates;
}

/// The ids of the newest remembered events, the newest first.
Candidates remembered_ids(Context& context) {
  constexpr std::size_t most = 20;
  Candidates candidates;
  try {
    Recording recording(remembered_journal(context), context.in, [](std::string_view) {});
    while (auto event = recording.next()) {
      candidates.insert(
          candidates.begin(),
          {event->id.substr(0, 8), fmt::format("{} {} {}", iso8601(event->received_at),
                                               visible(event->type.value_or("(no type)")), event->verdict)});
      if (candidates.size() > most) candidates.pop_back();
    }
  } catch (const Error&) {
    return {};  // nothing is remembered
  }
  candidates.push_back({"last", "the newest event"});
  return candidates;
}

Candidates topics_known(const CommandApp& root) {
  Candidates candidates = commands_of(root);
  for (const Topic& topic : all_topics()) candidates.push_back({topic.name, topic.summary});
  return candidates;
}

Candidates values_of(const CommandApp& root, const Scene& scene, const Flag& flag, Context& context) {
  const auto& words = flag.app->words_of(*flag.option);
  if (!words.empty()) return words;
  const std::string name = value_name(*flag.option);
  const std::string_view suffix = name.find('=') != std::string::npos && !name.ends_with("]") ? "=" : "";
  switch (flag.app->offer_of(*flag.option)) {
    case Offer::nothing:
      return {};
    case Offer::files:
      return {{":files"}};
    case Offer::directories:
      return {{":directories"}};
    case Offer::url:
      return {{"http://127.0.0.1:8256/", "where alohook listen listens"}};
    case Offer::event: {
      Candidates candidates = fixtures_known();
      candidates.push_back({":files"});
      return candidates;
    }
    case Offer::fixture:
      return fixtures_known();
    case Offer::event_id:
      return ids_of(scene, context);
    case Offer::remembered:
      return remembered_ids(context);
    case Offer::remembered_or_file: {
      Candidates candidates = remembered_ids(context);
      candidates.push_back({":files"});
      return candidates;
    }
    case Offer::event_type:
      return event_types_known(suffix);
    case Offer::check:
      return checks_known("");
    case Offer::skip:
      return checks_known("=");
    case Offer::json_path:
      return json_paths(scene, suffix);
    case Offer::topic:
      return topics_known(root);
  }
  return {};
}

}  // namespace

std::vector<Candidate> candidates_for(const CommandApp& root, const std::vector<std::string>& words,
                                      Context& context) {
  const Scene scene = read_scene(root, words);
  if (scene.app == nullptr) return {};
  const std::string word = words.empty() ? "" : words.back();
  if (scene.open.option != nullptr) return values_of(root, scene, scene.open, context);
  if (const auto equals = word.find('='); word.starts_with("--") && equals != std::string::npos) {
    const Flag flag = flag_named(*scene.app, word);
    if (flag.option == nullptr || !takes_value(*flag.option)) return {};
    Candidates candidates = values_of(root, scene, flag, context);
    std::erase_if(candidates, [](const Candidate& one) { return one.word.starts_with(":"); });
    for (Candidate& candidate : candidates) candidate.word.insert(0, word.substr(0, equals + 1));
    return candidates;
  }
  if (word.starts_with("-")) return flags_of(*scene.app);
  if (scene.app->is_root()) return commands_of(root);
  const auto arguments = arguments_of(*scene.app);
  if (scene.arguments.size() >= arguments.size()) return {};
  return values_of(root, scene, {scene.app, arguments[scene.arguments.size()]}, context);
}

}  // namespace alohook
