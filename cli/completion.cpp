// `alohook completion`: the shell's completion script. The scripts ask `alohook __complete`, which answers from the
// same definitions as `--help`, so they cannot drift.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <memory>

#include "commands.h"
#include "embedded/completions.h"
#include "options/event_source.h"
#include "options/flags.h"

namespace alohook {
namespace {

struct Candidate {
  std::string word;
  std::string description;
};

std::string first_name(const CLI::Option& option) {
  return option.get_lnames().empty() ? "" : "--" + option.get_lnames().front();
}

const CLI::Option* flag_named(const CLI::App& app, const std::string& word) {
  return word.starts_with("-") ? app.get_option_no_throw(word) : nullptr;
}

/// What may stand for a value of this kind; kinds are the names that `--help` shows. `FILE` and `DIR` are left to the
/// shell, which knows its files.
std::vector<Candidate> values_of(const std::string& kind) {
  std::vector<Candidate> candidates;
  if (kind == "EVENT") {
    for (const Fixture& fixture : built_in_fixtures()) candidates.push_back({fixture.name, "event"});
    candidates.push_back({":files", ""});
  } else if (kind == "FILE") {
    candidates.push_back({":files", ""});
  } else if (kind == "DIR") {
    candidates.push_back({":folders", ""});
  } else if (kind == "URL") {
    candidates.push_back({"http://127.0.0.1:8256/", "where alohook listen listens"});
  } else if (kind.find('|') != std::string::npos) {
    for (const std::string& word : CLI::detail::split(kind, '|')) candidates.push_back({word, ""});
  }
  return candidates;
}

std::vector<Candidate> commands_of(const CLI::App& root) {
  std::vector<Candidate> candidates;
  for (const CLI::App* command : root.get_subcommands([](const CLI::App*) { return true; })) {
    candidates.push_back({command->get_name(), command->get_description()});
  }
  return candidates;
}

std::vector<Candidate> flags_of(const CLI::App& app) {
  std::vector<Candidate> candidates;
  for (const CLI::Option* option : app.get_options()) {
    if (const auto name = first_name(*option); !name.empty())
      candidates.push_back({name, option->get_description()});
  }
  return candidates;
}

/// Returns what may stand in place of the last word.
std::vector<Candidate> complete(const CLI::App& root, const std::vector<std::string>& words) {
  if (words.size() < 2)
    return words.empty() || !words.back().starts_with("-") ? commands_of(root) : flags_of(root);
  const auto named = root.get_subcommands([&](const CLI::App* a) { return a->get_name() == words.front(); });
  if (named.empty()) return {};
  const CLI::App* app = named.front();
  const std::string& word = words.back();
  const CLI::Option* before = flag_named(*app, words[words.size() - 2]);
  if (before != nullptr && before->get_items_expected_max() > 0) return values_of(before->get_type_name());
  if (word.starts_with("-")) return flags_of(*app);

  std::size_t position = 0;  // how many positional words stand before this one
  for (std::size_t i = 1; i + 1 < words.size(); ++i) {
    const CLI::Option* flag = flag_named(*app, words[i]);
    if (flag != nullptr && flag->get_items_expected_max() > 0) {
      ++i;
    } else if (flag == nullptr) {
      ++position;
    }
  }
  for (const CLI::Option* option : app->get_options()) {
    if (!option->get_positional()) continue;
    if (position-- == 0) return values_of(option->get_type_name());
  }
  return {};
}

int print_script(const std::string& shell, Context& context) {
  const std::string file = shell == "zsh" ? "_alohook" : "alohook." + shell;
  for (const embedded::File& script : embedded::completions()) {
    if (script.name == file) context.out << script.bytes << std::flush;
  }
  return exit_yes;
}

}  // namespace

Command completion_command(CLI::App& root) {
  auto* app = root.add_subcommand("completion", "Print the completion script for a shell");
  const auto shell = std::make_shared<std::string>();
  const std::vector<std::string> shells = {"bash", "zsh", "fish"};
  add_choice(
      *app, "shell", shells, [shell, shells](std::size_t choice) { *shell = shells[choice]; }, "Which shell");
  app->get_option("shell")->required();
  app->footer(
      "Examples:\n"
      "  source <(alohook completion bash)\n"
      "  alohook completion zsh > \"${fpath[1]}/_alohook\"\n"
      "  alohook completion fish > ~/.config/fish/completions/alohook.fish\n"
      "\n"
      "Exit codes: 0 printed, 2 could not start.");
  return {app, [shell](Context& context) { return print_script(*shell, context); }};
}

int print_candidates(const CLI::App& root, const std::vector<std::string>& words, Context& context) {
  for (const auto& [word, description] : complete(root, words)) {
    context.out << word << '\t' << description << '\n';
  }
  context.out.flush();
  return exit_yes;
}

}  // namespace alohook
