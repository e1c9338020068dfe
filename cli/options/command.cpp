#include "options/command.h"

#include <memory>
#include <utility>

#include "help/command_app.h"

namespace alohook {

CommandApp& add_command(CommandApp& root, const std::string& name, CommandHelp help) {
  const auto app = std::make_shared<CommandApp>(name, std::move(help), &root);
  root.add_subcommand(app);
  return *app;
}

FlagRef FlagRef::default_str(const std::string& text) const { return FlagRef(*option_->default_str(text)); }
FlagRef FlagRef::required(bool is_required) const { return FlagRef(*option_->required(is_required)); }
FlagRef FlagRef::needs(FlagRef other) const { return FlagRef(*option_->needs(other.option_)); }
FlagRef FlagRef::excludes(FlagRef other) const { return FlagRef(*option_->excludes(other.option_)); }
FlagRef FlagRef::value_optional() const { return FlagRef(*option_->expected(0, 1)); }
FlagRef FlagRef::trigger_on_parse() const { return FlagRef(*option_->trigger_on_parse()); }

void offer_words(CommandApp& app, FlagRef flag, std::vector<Candidate> words) {
  app.set_words(*flag.option_, std::move(words));
}

FlagGroup::FlagGroup(CommandApp& app, const std::string& heading) : app_(app) {
  app_.option_defaults()->group(heading);
}
FlagGroup::~FlagGroup() { app_.option_defaults()->group(std::string(general_heading)); }

}  // namespace alohook
