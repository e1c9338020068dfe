#include "help/usage_error.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/spelling.h"
#include "help/help.h"

namespace alohook {
namespace {

std::string help_hint(const CommandApp& app) {
  return app.is_root() ? "list the commands: alohook help"
                       : fmt::format("see alohook help {}", app.get_name());
}

/// A flag or argument as a user writes it.
std::string name_of(const CLI::Option& option) {
  return option.get_lnames().empty() ? value_name(option) : "--" + option.get_lnames().front();
}

/// Flags of the command, or the commands.
std::vector<std::string> known_words(const CommandApp& app, const std::string& word) {
  std::vector<std::string> words;
  if (word.starts_with("-")) {
    for (const CLI::Option* option : app.get_options()) {
      for (const std::string& name : option->get_lnames()) words.push_back("--" + name);
    }
    return words;
  }
  for (const CommandApp* command : app.commands()) words.push_back(command->get_name());
  return words;
}

Error missing_argument(const CommandApp& app) {
  for (const CLI::Option* option : app.get_options()) {
    if (!option->get_required() || option->count() > 0) continue;
    return Error(fmt::format("missing {}", value_name(*option)),
                 fmt::format("example: {}", app.help_texts().examples.front().line));
  }
  return Error("an argument is missing", help_hint(app));
}

/// A flag without its value, or one with a value that it doesn't take. CLI11 begins its message with the flag's name.
Error wrong_count(const CommandApp& app, std::string_view message) {
  const std::string name(message.substr(0, message.find_first_of(": ")));
  const CLI::Option* option = app.get_option_no_throw(name);
  if (option == nullptr) return Error("a flag has too few or too many values", help_hint(app));
  if (takes_value(*option)) {
    return Error(fmt::format("{}: missing value", name_of(*option)),
                 fmt::format("write {} {}", name_of(*option), value_name(*option)));
  }
  return Error(fmt::format("{}: this flag takes no value", name_of(*option)), help_hint(app));
}

Error missing_partner(const CommandApp& app) {
  for (const CLI::Option* option : app.get_options()) {
    if (option->count() == 0) continue;
    for (const CLI::Option* other : option->get_needs()) {
      if (other->count() > 0) continue;
      return Error(fmt::format("{} needs {}", name_of(*option), name_of(*other)),
                   fmt::format("add {} {}", name_of(*other), value_name(*other)));
    }
  }
  return Error("a flag needs another one", help_hint(app));
}

Error conflict(const CommandApp& app) {
  for (const CLI::Option* option : app.get_options()) {
    if (option->count() == 0) continue;
    for (const CLI::Option* other : option->get_excludes()) {
      if (other->count() == 0) continue;
      return Error(fmt::format("{} and {} can't be used together", name_of(*option), name_of(*other)),
                   "leave one of them out");
    }
  }
  return Error("two of the flags can't be used together", help_hint(app));
}

}  // namespace

Error unknown_word_error(const CommandApp& app, const std::string& word) {
  const std::string flag = word.starts_with("--") ? word.substr(0, word.find('=')) : word;
  const auto words = known_words(app, flag);
  const auto near = nearest(flag, std::vector<std::string_view>(words.begin(), words.end()));
  const std::string_view kind = word.starts_with("-") ? "flag" : app.is_root() ? "command" : "argument";
  return Error(fmt::format("unknown {} '{}'", kind, word),
               near.empty() ? help_hint(app) : fmt::format("did you mean '{}'?", near));
}

Error usage_error(CommandApp& root, const CLI::ParseError& error) {
  const auto chosen = root.get_subcommands();
  const CommandApp& app = chosen.empty() ? root : command_of(*chosen.front());
  if (dynamic_cast<const CLI::ExtrasError*>(&error) != nullptr) {
    const auto extras = root.remaining(true);
    const auto flag =
        std::find_if(extras.begin(), extras.end(), [](const auto& word) { return word.starts_with("-"); });
    if (!extras.empty()) return unknown_word_error(app, flag == extras.end() ? extras.front() : *flag);
  }
  if (dynamic_cast<const CLI::RequiredError*>(&error) != nullptr) return missing_argument(app);
  if (dynamic_cast<const CLI::RequiresError*>(&error) != nullptr) return missing_partner(app);
  if (dynamic_cast<const CLI::ExcludesError*>(&error) != nullptr) return conflict(app);
  return wrong_count(app, error.what());
}

std::vector<std::string> with_flags_behind_command(const CommandApp& root,
                                                   std::vector<std::string> arguments) {
  const auto option_of = [&](const std::string& word) -> const CLI::Option* {
    const std::string name = word.starts_with("--") ? word.substr(0, word.find('=')) : word;
    for (const CommandApp* command : root.commands()) {
      if (const CLI::Option* option = command->get_option_no_throw(name)) return option;
    }
    return nullptr;
  };
  auto at = arguments.begin();
  while (at != arguments.end() && at->starts_with("-")) {
    if (root.get_option_no_throw(*at) != nullptr) return arguments;
    const CLI::Option* option = option_of(*at);
    if (option == nullptr) return arguments;
    const bool has_value_behind = takes_value(*option) && at->find('=') == std::string::npos;
    ++at;
    if (has_value_behind && at != arguments.end()) ++at;
  }
  if (at != arguments.end()) std::rotate(arguments.begin(), at, at + 1);
  return arguments;
}

}  // namespace alohook
