#include "help/command_app.h"

#include <utility>

namespace alohook {

CommandApp::CommandApp(std::string name, CommandHelp help)
    : CLI::App(std::string(help.summary), std::move(name)), help_(std::move(help)) {
  use_general_heading();
}

CommandApp::CommandApp(std::string name, CommandHelp help, CLI::App* root)
    : CLI::App(std::string(help.summary), std::move(name), root), help_(std::move(help)) {
  use_general_heading();
}

void CommandApp::use_general_heading() {
  option_defaults()->group(std::string(general_heading));
  if (CLI::Option* flag = get_option_no_throw("--help")) flag->group(std::string(general_heading));
}

std::string CommandApp::full_name() const { return is_root() ? "alohook" : "alohook " + get_name(); }

std::vector<const CommandApp*> CommandApp::commands() const {
  if (const auto build = std::exchange(build_commands_, nullptr)) build();
  std::vector<const CommandApp*> commands;
  for (const CLI::App* app : get_subcommands([](const CLI::App*) { return true; })) {
    commands.push_back(&command_of(*app));
  }
  return commands;
}

Offer CommandApp::offer_of(const CLI::Option& option) const {
  const auto found = values_.find(&option);
  return found == values_.end() ? Offer::nothing : found->second.offer;
}

const std::vector<Candidate>& CommandApp::words_of(const CLI::Option& option) const {
  static const std::vector<Candidate> none;
  const auto found = values_.find(&option);
  return found == values_.end() ? none : found->second.words;
}

CommandApp& command_of(CLI::App& app) { return dynamic_cast<CommandApp&>(app); }
const CommandApp& command_of(const CLI::App& app) { return dynamic_cast<const CommandApp&>(app); }

bool takes_value(const CLI::Option& option) { return option.get_items_expected_max() > 0; }
bool is_repeatable(const CLI::Option& option) { return option.get_items_expected_max() > 1; }

}  // namespace alohook
