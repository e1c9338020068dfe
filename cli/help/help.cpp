#include "help/help.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "help/reference.h"
#include "output/wrap.h"

namespace alohook {
namespace {

constexpr std::size_t few_words = 6;  // choices that the help lists; more are referred to by its text
constexpr std::size_t narrowest = 20;

std::string indented(std::string_view text, std::size_t indent, std::size_t width) {
  std::string out;
  const std::size_t room = std::max(narrowest, width - std::min(width, indent));
  for (const std::string& line : wrapped(text, room)) out += std::string(indent, ' ') + line + "\n";
  return out;
}

std::string show_examples(const std::vector<Example>& examples, std::size_t width) {
  std::size_t column = 0;
  for (const Example& example : examples) column = std::max(column, example.line.size());
  const auto fits = [&](const Example& example) { return column + 6 + example.purpose.size() <= width; };
  const bool beside = std::all_of(examples.begin(), examples.end(), fits);
  std::string out;
  for (const auto& [line, purpose] : examples) {
    if (beside) {
      out += purpose.empty() ? fmt::format("  {}\n", line)
                             : fmt::format("  {:<{}}  # {}\n", line, column, purpose);
      continue;
    }
    if (!purpose.empty()) {
      for (const std::string& part : wrapped(purpose, std::max(narrowest, width - 4)))
        out += "  # " + part + "\n";
    }
    for (const std::string& part : wrapped_command(line, width - 2)) out += "  " + part + "\n";
  }
  return out;
}

std::string show_flag(const CommandApp& app, const CLI::Option& option, std::size_t width) {
  std::string names;
  for (const std::string& name : option.get_snames()) names += (names.empty() ? "-" : ", -") + name;
  for (const std::string& name : option.get_lnames()) names += (names.empty() ? "--" : ", --") + name;
  if (takes_value(option)) names += " " + value_name(option);
  return two_columns(names, flag_text(app, option), width);
}

std::string show_commands(const CommandApp& app, std::size_t width) {
  if (!app.is_root()) return {};
  std::string out = "\nCommands:\n";
  for (const CommandApp* command : app.commands()) {
    out += two_columns(command->get_name(), command->help_texts().summary, width, 14);
  }
  return out;
}

std::string show_exit_codes(const CommandApp& app, std::size_t width) {
  std::string out = "\nExit codes:\n";
  if (app.is_root()) {
    for (const ExitCode& code : exit_codes()) {
      out += two_columns(code.code, fmt::format("{}: {}", code.word, code.meaning), width, 14);
    }
    return out;
  }
  for (const auto& [code, meaning] : app.help_texts().exit_codes) out += two_columns(code, meaning, width, 6);
  return out;
}

}  // namespace

std::string two_columns(std::string_view head, std::string_view text, std::size_t width, std::size_t column) {
  if (width < column + narrowest + 10) column = 6;
  const bool is_beside = head.size() + 4 <= column;
  std::string out = is_beside ? fmt::format("  {:<{}}", head, column - 2) : indented(head, 2, width);
  const std::string below = indented(text, column, width);
  return out + (is_beside ? below.substr(column) : below);
}

std::vector<std::string> wrapped_command(std::string_view line, std::size_t width) {
  // Words are kept whole, quoted ones with their blanks.
  std::vector<std::string> words(1);
  char quote = '\0';
  for (const char c : line) {
    if (quote == '\0' && (c == '\'' || c == '"')) {
      quote = c;
    } else if (c == quote) {
      quote = '\0';
    } else if (c == ' ' && quote == '\0') {
      words.emplace_back();
      continue;
    }
    words.back() += c;
  }
  std::vector<std::string> parts = {words.front()};
  for (std::size_t i = 1; i < words.size(); ++i) {
    const std::size_t room = width - (i + 1 < words.size() ? 2 : 0);
    if (parts.back().size() + 1 + words[i].size() > room) {
      parts.back() += " \\";
      parts.push_back("    " + words[i]);
    } else {
      parts.back() += " " + words[i];
    }
  }
  return parts;
}

std::size_t help_width(const Context& context) {
  constexpr std::size_t widest = 100;  // wider lines are hard to read
  const std::size_t columns = context.terminal_size().columns;
  return columns == 0 ? line_width : std::clamp(columns, narrowest * 2, widest);
}

std::string value_name(const CLI::Option& option) { return option.get_type_name(); }

std::string usage_line(const CommandApp& app) {
  if (app.is_root()) return "alohook COMMAND [FLAGS]";
  std::string line = app.full_name();
  std::string program;
  for (const CLI::Option* option : arguments_of(app)) {
    const std::string name = value_name(*option);
    if (name.starts_with("-- ")) {
      program = fmt::format(" [{}]", name);
    } else {
      line += option->get_required() ? " " + name : fmt::format(" [{}]", name);
    }
  }
  return line + " [FLAGS]" + program;
}

std::string flag_text(const CommandApp& app, const CLI::Option& option) {
  std::string text = option.get_description();
  const auto& words = app.words_of(option);
  if (!words.empty() && words.size() <= few_words) {
    std::vector<std::string_view> names;
    for (const Candidate& word : words) names.push_back(word.word);
    text += fmt::format(": {}", fmt::join(names, ", "));
  }
  std::vector<std::string> remarks;
  if (const std::string value = option.get_default_str(); !value.empty())
    remarks.push_back("default " + value);
  if (is_repeatable(option) && !option.get_positional()) remarks.emplace_back("repeatable");
  return remarks.empty() ? text : fmt::format("{} ({})", text, fmt::join(remarks, ", "));
}

std::vector<std::string> flag_headings(const CommandApp& app) {
  std::vector<std::string> headings;
  for (const CLI::Option* option : app.get_options()) {
    const std::string& group = option->get_group();
    if (option->get_positional() || std::find(headings.begin(), headings.end(), group) != headings.end())
      continue;
    headings.push_back(group);
  }
  // What only this command has comes first; what all have comes last.
  std::stable_partition(headings.begin(), headings.end(),
                        [](const auto& heading) { return heading == general_heading; });
  std::stable_partition(headings.begin(), headings.end(),
                        [](const auto& heading) { return heading != "Secret" && heading != "Output"; });
  return headings;
}

std::vector<const CLI::Option*> flags_below(const CommandApp& app, const std::string& heading) {
  std::vector<const CLI::Option*> flags;
  for (const CLI::Option* option : app.get_options()) {
    if (!option->get_positional() && option->get_group() == heading) flags.push_back(option);
  }
  // --help is the first that CLI11 knows, and the last that a reader looks for.
  std::stable_partition(flags.begin(), flags.end(), [](const auto* flag) {
    return !flag->check_lname("help") && !flag->check_lname("version");
  });
  return flags;
}

std::vector<const CLI::Option*> arguments_of(const CommandApp& app) {
  std::vector<const CLI::Option*> arguments;
  for (const CLI::Option* option : app.get_options()) {
    if (option->get_positional()) arguments.push_back(option);
  }
  return arguments;
}

std::string help_text(const CommandApp& app, std::size_t width) {
  const CommandHelp& help = app.help_texts();
  std::string out = indented(help.summary, 0, width);
  out += "\n" + indented("Usage: " + usage_line(app), 0, width);
  if (!help.examples.empty()) out += "\nExamples:\n" + show_examples(help.examples, width);
  out += show_commands(app, width);
  if (const auto arguments = arguments_of(app); !arguments.empty()) {
    out += "\nArguments:\n";
    for (const CLI::Option* option : arguments) {
      out += two_columns(value_name(*option), flag_text(app, *option), width);
    }
  }
  for (const std::string& heading : flag_headings(app)) {
    out += fmt::format("\n{}:\n", heading);
    for (const CLI::Option* option : flags_below(app, heading)) out += show_flag(app, *option, width);
  }
  for (const std::string_view note : help.notes) out += "\n" + indented(note, 0, width);
  out += show_exit_codes(app, width);
  if (!help.topics.empty()) {
    std::vector<std::string> pages;
    for (const std::string_view topic : help.topics) pages.push_back(fmt::format("alohook help {}", topic));
    out += "\n" + indented(fmt::format("See also: {}", fmt::join(pages, ", ")), 0, width);
  }
  return out;
}

}  // namespace alohook
