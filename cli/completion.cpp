// `alohook completion`: the shell's completion script. The scripts ask `alohook __complete`, which answers from the
// definitions that `--help` uses.
#include <algorithm>
#include <memory>

#include "candidates.h"
#include "commands.h"
#include "embedded/completions.h"
#include "options/flags.h"

namespace alohook {
namespace {

const CommandHelp completion_help{
    .summary = "Print the completion script for a shell",
    .examples = {{"source <(alohook completion bash)"},
                 {"alohook completion zsh > \"${fpath[1]}/_alohook\""},
                 {"alohook completion fish > ~/.config/fish/completions/alohook.fish"}},
    .exit_codes = {{"0", "done"}, {"2", "can't start"}},
};

/// A shell's name, and the file of its script.
constexpr Choice<std::string_view> shells[] = {
    {"bash", "alohook.bash"}, {"zsh", "_alohook"}, {"fish", "alohook.fish"}};

int print_script(std::string_view file, Context& context) {
  for (const embedded::File& script : embedded::completions()) {
    if (script.name == file) context.out << script.bytes << std::flush;
  }
  return exit_yes;
}

}  // namespace

Command completion_command(CommandApp& root) {
  CommandApp& app = add_command(root, "completion", completion_help);
  const auto file = std::make_shared<std::string_view>();
  add_choice<std::string_view>(app, "shell", "SHELL", shells, *file, "Print the script for this shell")
      .required();
  return {&app, [file](Context& context) { return print_script(*file, context); }};
}

int print_candidates(const CommandApp& root, const std::vector<std::string>& words, Context& context) {
  for (const auto& [word, meaning] : candidates_for(root, words, context)) {
    context.out << word << '\t' << meaning << '\n';
  }
  context.out.flush();
  return exit_yes;
}

}  // namespace alohook
