// `alohook help` and `alohook version`: what `--help` and `--version` print, and the manual's topics.
#include <fmt/format.h>

#include <algorithm>
#include <memory>

#include "base/error.h"
#include "base/spelling.h"
#include "commands.h"
#include "help/command_app.h"
#include "help/help.h"
#include "help/topic.h"
#include "options/declare.h"

namespace alohook {
namespace {

const CommandHelp help_help{
    .summary = "Show the help of a command, or read the manual",
    .examples = {{"alohook help"},
                 {"alohook help listen"},
                 {"alohook help checks", "Read a topic of the manual"}},
    .exit_codes = {{"0", "done"}, {"2", "can't start"}},
};

const CommandHelp version_help{
    .summary = "Print the version",
    .examples = {{"alohook version"}},
    .exit_codes = {{"0", "done"}, {"2", "can't start"}},
};

std::string overview(const CommandApp& root, const std::vector<Topic>& topics, std::size_t width) {
  std::string text = help_text(root, width) + "\nManual:\n";
  for (const Topic& topic : topics) text += two_columns("help " + topic.name, topic.summary, width, 20);
  return text;
}

int show(const CommandApp& root, const std::string& subject, Context& context) {
  const std::size_t width = help_width(context);
  const std::vector<Topic> topics = all_topics();
  if (subject.empty()) {
    context.out << overview(root, topics, width);
    return exit_yes;
  }
  std::vector<std::string> names;
  for (const CommandApp* command : root.commands()) {
    if (command->get_name() == subject) {
      context.out << help_text(*command, width);
      return exit_yes;
    }
    names.push_back(command->get_name());
  }
  for (const Topic& topic : topics) {
    if (topic.name == subject || topic.page == subject) {
      context.out << topic_text(topic, width);
      return exit_yes;
    }
    names.push_back(topic.name);
  }
  const auto near = nearest(subject, std::vector<std::string_view>(names.begin(), names.end()));
  throw Error(fmt::format("there is no command or topic '{}'", subject),
              near.empty() ? "list them: alohook help" : fmt::format("did you mean '{}'?", near));
}

}  // namespace

Command help_command(CommandApp& root) {
  CommandApp& app = add_command(root, "help", help_help);
  const auto subject = std::make_shared<std::string>();
  add_value(app, "subject", *subject, {"COMMAND|TOPIC", Offer::topic},
            "Show the help of this command or topic");
  return {&app, [subject, &root](Context& context) { return show(command_of(root), *subject, context); }};
}

Command version_command(CommandApp& root) {
  CommandApp& app = add_command(root, "version", version_help);
  return {&app, [](Context& context) {
            context.out << "alohook " ALOHOOK_VERSION "\n";
            return exit_yes;
          }};
}

}  // namespace alohook
