#include "app.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <new>
#include <optional>

#include "base/error.h"
#include "base/spelling.h"
#include "base/visible.h"
#include "commands.h"
#include "help/help.h"
#include "help/manual.h"
#include "help/reference.h"
#include "options/settings.h"
#include "options/usage_error.h"

namespace alohook {
namespace {

constexpr const char* description =
    "Test webhook integrations with ALO on your own machine: receive, send, judge.\n"
    "No account, no tunnel, no network needed.";

std::string epilogue() {
  return fmt::format(
      "The first minute, in two terminals:\n"
      "  alohook listen\n"
      "  alohook send action_created\n"
      "\n"
      "{}\n"
      "Settings: a flag, else ALOHOOK_… in the environment, else alohook.toml, else the default.\n"
      "What ALO documents: {}",
      exit_codes_line(), documentation_url);
}

void complain(Context& context, const std::string& message, const std::string& hint) {
  // Much of it quotes what came from elsewhere; what is visible already stays as it is.
  context.err << "alohook: " << visible(message) << '\n';
  if (!hint.empty()) context.err << "  " << visible(hint) << '\n';
  context.err.flush();
}

/// The words that could have been meant where `word` is unknown: flags of the command, or commands.
std::vector<std::string> known_words(const CLI::App& app, const std::string& word) {
  std::vector<std::string> words;
  if (word.starts_with("-")) {
    for (const CLI::Option* option : app.get_options()) {
      for (const std::string& name : option->get_lnames()) words.push_back("--" + name);
    }
    return words;
  }
  for (const CLI::App* command : app.get_subcommands([](const CLI::App*) { return true; })) {
    words.push_back(command->get_name());
  }
  return words;
}

std::string help_hint(const CLI::App& app) {
  const bool is_root = app.get_parent() == nullptr;
  return fmt::format("see {} --help", is_root ? "alohook" : "alohook " + app.get_name());
}

/// CLI11's own words for an unexpected argument name all of them in brackets; people want the first one, and what it
/// could have been.
int complain_of_usage(Context& context, CLI::App& root, const CLI::ParseError& error) {
  const auto chosen = root.get_subcommands();
  const CLI::App& app = chosen.empty() ? root : *chosen.front();
  const auto extras = root.remaining(true);
  if (dynamic_cast<const CLI::ExtrasError*>(&error) == nullptr || extras.empty()) {
    complain(context, usage_message(app, error), help_hint(app));
    return exit_could_not_start;
  }
  const auto first =
      std::find_if(extras.begin(), extras.end(), [](const auto& word) { return word.starts_with("-"); });
  const std::string word = first == extras.end() ? extras.front() : *first;
  const std::string flag = word.starts_with("--") ? word.substr(0, word.find('=')) : word;
  const auto words = known_words(app, flag);
  const auto near = nearest(flag, std::vector<std::string_view>(words.begin(), words.end()));
  const std::string kind = word.starts_with("-") ? "flag" : chosen.empty() ? "command" : "argument";
  complain(context, fmt::format("unknown {} '{}'", kind, word),
           near.empty() ? help_hint(app) : fmt::format("did you mean '{}'?", near));
  return exit_could_not_start;
}

/// Only what stands after `--` is a program to run; CLI11 would take any stray word for one. Returns that word.
std::optional<std::string> stray_word(const CLI::App& command, const std::vector<std::string>& arguments) {
  const CLI::Option* program = command.get_option_no_throw("command");
  if (program == nullptr) return std::nullopt;
  const auto dashes = std::find(arguments.begin(), arguments.end(), "--");
  const auto after = dashes == arguments.end() ? 0 : arguments.end() - dashes - 1;
  if (program->results().size() <= static_cast<std::size_t>(after)) return std::nullopt;
  return program->results().front();
}

}  // namespace

int run_app(const std::vector<std::string>& arguments, Context& context) {
  CLI::App root(description, "alohook");
  // These headings differ between versions of CLI11; the commands inherit this one.
  root.option_defaults()->group("Options");
  root.set_version_flag("--version", "alohook " ALOHOOK_VERSION, "Print the version and exit");
  root.set_help_flag("-h,--help", "Print this help and exit");
  root.footer(epilogue());
  root.formatter(make_help_formatter());
  root.option_defaults()->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);
  const Command commands[] = {
      listen_command(root),   send_command(root),   challenge_command(root),  check_command(root),
      inspect_command(root),  replay_command(root), sign_command(root),       verify_command(root),
      fixtures_command(root), secret_command(root), completion_command(root),
  };
  try {
    if (!arguments.empty() && arguments.front() == "__complete") {
      return print_candidates(root, {arguments.begin() + 1, arguments.end()}, context);
    }
    if (!arguments.empty() && arguments.front() == "__man") {
      return write_manual(root, {arguments.begin() + 1, arguments.end()}, context);
    }
    std::vector<std::string> reversed(arguments.rbegin(), arguments.rend());
    root.parse(reversed);
    for (const Command& command : commands) {
      if (!command.app->parsed()) continue;
      if (const auto word = stray_word(*command.app, arguments)) {
        complain(context, fmt::format("unknown argument '{}'", *word), help_hint(*command.app));
        return exit_could_not_start;
      }
      apply_settings(root, *command.app, context);
      const int exit_code = command.run(context);
      if (!context.out.flush()) throw Error("standard output can't be written to", "is the disk full?");
      return exit_code;
    }
    context.err << root.help();
    return exit_could_not_start;
  } catch (const CLI::Success& request) {
    root.exit(request, context.out, context.err);
    return exit_yes;
  } catch (const CLI::ParseError& error) {
    return complain_of_usage(context, root, error);
  } catch (const Error& error) {
    complain(context, error.what(), error.hint());
    return exit_could_not_start;
  } catch (const std::bad_alloc&) {
    complain(context, "not enough memory", "raise the limit on memory ('ulimit -v'), or use smaller bodies");
    return exit_internal_error;
  } catch (const std::exception& error) {
    complain(context, fmt::format("internal error: {}", error.what()),
             "this is a defect of alohook; please report it with the command that you gave");
    return exit_internal_error;
  }
}

}  // namespace alohook
