#include "help/help.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <utility>
#include <vector>

#include "output/wrap.h"

namespace alohook {
namespace {

constexpr std::size_t description_column = 30;

/// Lays out the whole text itself: what CLI11's own formatter writes changes from version to version.
class HelpFormatter : public CLI::Formatter {
 public:
  std::string make_help(const CLI::App* app, std::string name, CLI::AppFormatMode) const override {
    std::string out = app->get_description() + "\n" + make_usage(app, std::move(name));
    const auto positionals =
        app->get_options([](const CLI::Option* option) { return option->get_positional(); });
    if (!positionals.empty()) out += make_group("Positionals", true, positionals);
    const std::vector<std::string> groups = app->get_groups();
    for (const std::string& group : groups) {
      const auto options = app->get_options([&group](const CLI::Option* option) {
        return option->get_group() == group && option->nonpositional();
      });
      if (group.empty() || options.empty()) continue;
      out += make_group(group, false, options);
      if (group != groups.back()) out += "\n";
    }
    const auto commands = app->get_subcommands([](const CLI::App*) { return true; });
    if (!commands.empty()) out += "\nSubcommands:\n";
    for (const CLI::App* command : commands) out += make_subcommand(command);
    return out + "\n" + make_footer(app);
  }

  std::string make_group(std::string heading, bool is_positional,
                         std::vector<const CLI::Option*> options) const override {
    std::string out = fmt::format("\n{}:\n", heading);
    for (const CLI::Option* option : options) out += make_option(option, is_positional);
    return out;
  }

  std::string make_usage(const CLI::App* app, std::string name) const override {
    std::string out = fmt::format("Usage: {} [OPTIONS]", name);
    for (const CLI::Option* option : app->get_options()) {
      if (!option->get_positional()) continue;
      const std::string word = option->get_name(true) + (option->get_items_expected_max() > 1 ? "..." : "");
      out += option->get_required() ? " " + word : " [" + word + "]";
    }
    const bool has_commands = !app->get_subcommands([](const CLI::App*) { return true; }).empty();
    return out + (has_commands ? " [SUBCOMMAND]\n" : "\n");
  }

  std::string make_option(const CLI::Option* option, bool is_positional) const override {
    return laid_out(make_option_name(option, is_positional) + make_option_opts(option),
                    option->get_description());
  }

  std::string make_subcommand(const CLI::App* command) const override {
    return laid_out(command->get_name(), command->get_description());
  }

  /// Lines that start with a blank are examples and stay; others are prose and are wrapped.
  std::string make_footer(const CLI::App* app) const override {
    std::string out;
    for (const std::string& line : CLI::detail::split(app->get_footer(), '\n')) {
      if (line.starts_with(' ')) {
        out += line + "\n";
        continue;
      }
      for (const std::string& part : wrapped(line, line_width)) out += part + "\n";
    }
    return out;
  }

  /// `FILE`, `PORT (8256)`: what CLI11 adds about checks and dependencies is said by the errors.
  std::string make_option_opts(const CLI::Option* option) const override {
    const std::string kind = option->get_type_name();
    const std::string by_default = option->get_default_str();
    return (kind.empty() || option->get_items_expected_max() == 0 ? "" : " " + kind) +
           (by_default.empty() ? "" : fmt::format(" ({})", by_default));
  }

 private:
  static std::string laid_out(const std::string& name, const std::string& description) {
    const bool is_short = name.size() + 4 <= description_column;
    std::string out =
        is_short ? fmt::format("  {:<{}}", name, description_column - 2) : fmt::format("  {}\n", name);
    bool is_first = is_short;
    for (const std::string& line : wrapped(description, line_width - description_column)) {
      out += fmt::format("{}{}\n", is_first ? "" : std::string(description_column, ' '), line);
      is_first = false;
    }
    return out;
  }
};

}  // namespace

std::shared_ptr<CLI::FormatterBase> make_help_formatter() { return std::make_shared<HelpFormatter>(); }

}  // namespace alohook
