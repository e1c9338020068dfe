// The manual: what `--help` says, as pages in man(7), which both groff and mandoc format.
#include "help/manual.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cctype>
#include <fstream>

#include "base/error.h"
#include "base/visible.h"
#include "help/reference.h"
#include "help/roff.h"

namespace alohook {
namespace {

using Apps = std::vector<const CLI::App*>;

Apps commands_of(const CLI::App& root) {
  return root.get_subcommands([](const CLI::App*) { return true; });
}

bool is_root(const CLI::App& app) { return app.get_parent() == nullptr; }

std::string page_name(const CLI::App& app) { return is_root(app) ? "alohook" : "alohook-" + app.get_name(); }

/// What stands below the flags in `--help`, taken apart: blocks of indented lines are examples, below a line that ends
/// with a colon; `Exit codes: 0 …, 1 …` is what they mean for this command; all else is prose.
struct Footer {
  std::vector<std::string> prose = {};
  std::vector<std::string> examples = {};
  std::string examples_heading = {};
  std::vector<std::pair<std::string, std::string>> exit_codes = {};  ///< code and meaning

  const std::string* meaning_of(std::string_view code) const {
    for (const auto& [own, meaning] : exit_codes) {
      if (own == code) return &meaning;
    }
    return nullptr;
  }
};

/// `0 yes, 1 no, not at all` holds two codes.
std::vector<std::pair<std::string, std::string>> read_exit_codes(std::string_view text) {
  std::vector<std::pair<std::string, std::string>> codes;
  if (text.ends_with('.')) text.remove_suffix(1);
  while (!text.empty()) {
    std::size_t end = 0;
    do {
      end = text.find(", ", end == 0 ? 0 : end + 1);
    } while (end != std::string_view::npos && std::isdigit(static_cast<unsigned char>(text[end + 2])) == 0);
    const std::string_view one = text.substr(0, end);
    const auto blank = one.find(' ');
    codes.emplace_back(one.substr(0, blank), blank == std::string_view::npos ? "" : one.substr(blank + 1));
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 2);
  }
  return codes;
}

Footer read_footer(const CLI::App& app) {
  constexpr std::string_view exit_codes = "Exit codes: ";
  Footer footer;
  for (const std::string& line : CLI::detail::split(app.get_footer(), '\n')) {
    if (line.starts_with("  ")) {
      // What is said of an example stands behind it in `--help`, and above it where lines are shorter.
      const auto remark = std::min(line.find("  #"), line.size());
      const auto end = line.find_last_not_of(' ', remark - 1);
      if (remark < line.size()) footer.examples.push_back(line.substr(remark + 2));
      footer.examples.push_back(line.substr(2, end - 1));
    } else if (line.ends_with(':') && footer.examples.empty()) {
      footer.examples_heading = line;
    } else if (line.starts_with(exit_codes)) {
      footer.exit_codes = read_exit_codes(std::string_view(line).substr(exit_codes.size()));
    } else if (!line.empty() && line.find(documentation_url) == std::string::npos) {  // SEE ALSO has it
      footer.prose.push_back(line);
    }
  }
  return footer;
}

std::string with_full_stop(std::string text) {
  if (!text.empty() && std::string_view(".?!:").find(text.back()) == std::string_view::npos) text += '.';
  return text;
}

/// A value's kind: words to choose from are typed as they are, all else is to be replaced.
std::string kind_markup(const std::string& kind) {
  if (kind.find('|') == std::string::npos) return italic(kind);
  std::string markup;
  for (const std::string& word : CLI::detail::split(kind, '|')) {
    markup.append(markup.empty() ? "" : " | ").append(bold(word));
  }
  return markup;
}

std::string positional_kind(const CLI::Option& option) {
  const std::string kind = option.get_type_name();
  return kind.empty() ? option.get_single_name() : kind;
}

void write_synopsis(Roff& page, const CLI::App& app) {
  page.section("SYNOPSIS");
  if (is_root(app)) {
    page.line(bold("alohook") + " " + italic("COMMAND") + " [" + italic("OPTIONS") + "]");
    page.line_break();
    page.line(bold("alohook") + " " + bold("--help") + " | " + bold("--version"));
    return;
  }
  std::string line = bold("alohook " + app.get_name()) + " [" + italic("OPTIONS") + "]";
  for (const CLI::Option* option : app.get_options()) {
    if (!option->get_positional()) continue;
    const std::string kind = kind_markup(positional_kind(*option));
    line += option->get_required() ? " " + kind : " [" + kind + "]";
  }
  page.line(line);
}

void write_description(Roff& page, const CLI::App& app, const Footer& footer) {
  page.section("DESCRIPTION");
  page.text(with_full_stop(app.get_description()));
  if (!footer.prose.empty()) {
    page.paragraph();
    for (const std::string& line : footer.prose) page.text(line);
  }
  if (!is_root(app)) return;
  page.section("COMMANDS");
  for (const CLI::App* command : commands_of(app)) {
    page.item(bold(page_name(*command)) + "(1)", with_full_stop(command->get_description()));
  }
}

void write_option(Roff& page, const CLI::Option& option, bool as_positional) {
  const std::string kind = option.get_type_name();
  std::string head;
  if (as_positional) {
    head = kind_markup(positional_kind(option));
  } else {
    for (const std::string& name : option.get_snames()) head += bold("-" + name) + ", ";
    for (const std::string& name : option.get_lnames()) {
      head += (head.empty() || head.ends_with(' ') ? "" : ", ") + bold("--" + name);
    }
    const bool takes_value = option.get_items_expected_max() > 0;
    if (takes_value && !kind.empty()) head += " " + kind_markup(kind);
  }
  const std::string by_default = option.get_default_str();
  page.item(head, with_full_stop(option.get_description()) +
                      (by_default.empty() ? "" : fmt::format(" The default is {}.", by_default)));
}

void write_options(Roff& page, const CLI::App& app) {
  page.section("OPTIONS");
  for (const CLI::Option* option : app.get_options()) {
    if (option->get_positional()) write_option(page, *option, true);
  }
  const std::vector<std::string> groups = app.get_groups();
  for (const std::string& group : groups) {
    if (group != "Options") page.subsection(group);
    for (const CLI::Option* option : app.get_options()) {
      if (option->nonpositional() && option->get_group() == group) write_option(page, *option, false);
    }
  }
}

void write_exit_status(Roff& page, const Footer& footer) {
  page.section("EXIT STATUS");
  for (const auto& [code, word, meaning] : exit_meanings()) {
    const std::string* own = footer.meaning_of(code);
    const bool is_of_every_command = code.front() > '3' || code.size() > 1;
    if (own == nullptr && !footer.exit_codes.empty() && !is_of_every_command) continue;
    const std::string text = own != nullptr && *own != word ? *own : fmt::format("{}: {}", word, meaning);
    page.item(bold(code), with_full_stop(text));
  }
}

bool counts_for(const Influence& influence, const CLI::App& app) {
  const auto has = [&](const CLI::App& command) {
    return command.get_option_no_throw(std::string(influence.flag)) != nullptr;
  };
  if (!is_root(app)) return has(app);
  const Apps commands = commands_of(app);
  return std::any_of(commands.begin(), commands.end(),
                     [&](const CLI::App* command) { return has(*command); });
}

void write_influences(Roff& page, const CLI::App& app) {
  const auto write = [&](std::span<const Influence> influences) {
    for (const Influence& influence : influences) {
      if (counts_for(influence, app)) page.item(bold(influence.name), std::string(influence.text));
    }
  };
  // A command without settings has none of these.
  if (!counts_for(variables().back(), app) && !counts_for({"", "--config", ""}, app)) return;
  page.section("ENVIRONMENT");
  page.text(
      "Every flag can be given as a variable, too: --max-body is ALOHOOK_MAX_BODY. A flag counts before the "
      "environment, and the environment before the configuration file.");
  write(variables());
  page.section("FILES");
  write(files());
}

void write_examples(Roff& page, const Footer& footer) {
  if (footer.examples.empty()) return;
  page.section("EXAMPLES");
  if (footer.examples_heading != "Examples:") page.text(footer.examples_heading);
  page.verbatim(footer.examples);
}

void write_see_also(Roff& page, const CLI::App& app, const CLI::App& root) {
  page.section("SEE ALSO");
  std::string pages = is_root(app) ? "" : bold("alohook") + "(1)";
  for (const CLI::App* command : commands_of(root)) {
    if (command != &app) pages += (pages.empty() ? "" : ", ") + bold(page_name(*command)) + "(1)";
  }
  page.line(pages);
  page.paragraph();
  page.text(fmt::format("What ALO documents: {}", documentation_url));
}

std::string summary_of(const CLI::App& app) {
  std::string text = CLI::detail::split(app.get_description(), '\n').front();
  if (text.ends_with('.')) text.pop_back();
  if (!text.empty()) text[0] = static_cast<char>(std::tolower(static_cast<unsigned char>(text[0])));
  return text;
}

std::string page_of(const CLI::App& app, const CLI::App& root, const std::string& date) {
  const Footer footer = read_footer(app);
  Roff page(page_name(app), date, "alohook " ALOHOOK_VERSION);
  page.section("NAME");
  page.line(escaped(page_name(app)) + " \\- " + escaped(summary_of(app)));
  write_synopsis(page, app);
  write_description(page, app, footer);
  write_options(page, app);
  write_exit_status(page, footer);
  write_influences(page, app);
  write_examples(page, footer);
  write_see_also(page, app, root);
  return page.take();
}

}  // namespace

int write_manual(const CLI::App& root, const std::vector<std::string>& arguments, Context&) {
  if (arguments.size() != 2) throw Error("__man takes a folder and a date", "it is for the build");
  Apps apps = commands_of(root);
  apps.insert(apps.begin(), &root);
  for (const CLI::App* app : apps) {
    const std::string path = fmt::format("{}/{}.1", arguments[0], page_name(*app));
    std::ofstream file(path, std::ios::binary);
    file << page_of(*app, root, arguments[1]);
    if (!file.flush()) throw Error(fmt::format("cannot write '{}'", visible(path)), "is the folder there?");
  }
  return exit_yes;
}

}  // namespace alohook
