#include "command_builder.h"

#include "help/command_app.h"
#include "support/catch.hpp"

using namespace alohook;

namespace {

std::vector<std::string> names_built(const CommandApp& root) {
  std::vector<std::string> names;
  for (const CLI::App* app : root.get_subcommands([](const CLI::App*) { return true; }))
    names.push_back(app->get_name());
  return names;
}

std::vector<std::string> names_listed(const CommandApp& root) {
  std::vector<std::string> names;
  for (const CommandApp* command : root.commands()) names.push_back(command->get_name());
  return names;
}

struct Root {
  CommandApp app{"alohook", CommandHelp{.summary = "Test webhooks", .examples = {}}};
  CommandBuilder commands{app};
};

}  // namespace

TEST_CASE("a command that is named is built alone") {
  Root root;
  root.commands.build("sign");
  root.commands.build("sign");
  CHECK(names_built(root.app) == std::vector<std::string>{"sign"});
  CHECK(root.commands.built().size() == 1);
  root.commands.build("no such command");
  CHECK(root.commands.built().size() == 1);
}

TEST_CASE("all commands are built when they are asked for, in one order, and each once") {
  Root all;
  const auto names = names_listed(all.app);
  CHECK(names.size() > 10);
  CHECK(names.front() == "listen");
  for (const std::string& name : names) {
    INFO(name);
    Root root;
    root.commands.build(name);
    const Command& built_first = root.commands.built().front();
    CHECK(names_listed(root.app) == names);
    CHECK(names_listed(root.app) == names);
    CHECK(root.commands.built().size() == names.size());
    CHECK(built_first.app->get_name() == name);
  }
}
