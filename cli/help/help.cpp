#include "help/help.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>

#include "output/wrap.h"

namespace alohook {
namespace {

constexpr std::size_t description_column = 30;

class HelpFormatter : public CLI::Formatter {
 public:
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
