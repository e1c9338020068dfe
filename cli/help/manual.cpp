// Writes the man pages in man(7), which both groff and mandoc format.
#include "help/manual.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <fstream>

#include "base/error.h"
#include "base/visible.h"
#include "help/help.h"
#include "help/reference.h"
#include "help/roff.h"
#include "help/topic.h"

namespace alohook {
namespace {

constexpr std::string_view origin = "alohook " ALOHOOK_VERSION;

std::string page_name(const CommandApp& app) {
  return app.is_root() ? "alohook" : "alohook-" + app.get_name();
}

std::string with_full_stop(std::string text) {
  if (!text.empty() && std::string_view(".?!:").find(text.back()) == std::string_view::npos) text += '.';
  return text;
}

std::string link_to(std::string_view page, std::string_view section) {
  return fmt::format("{}({})", bold(page), section);
}

void write_synopsis(Roff& page, const CommandApp& app) {
  page.section("SYNOPSIS");
  if (app.is_root()) {
    page.line(bold("alohook") + " " + italic("COMMAND") + " [" + italic("FLAGS") + "]");
    page.line_break();
    page.line(bold("alohook help") + " [" + italic("COMMAND") + " | " + italic("TOPIC") + "]");
    return;
  }
  std::string line = bold(app.full_name());
  for (const CLI::Option* option : arguments_of(app)) {
    const std::string name = italic(value_name(*option));
    line += option->get_required() ? " " + name : " [" + name + "]";
  }
  page.line(line + " [" + italic("FLAGS") + "]");
}

void write_description(Roff& page, const CommandApp& app) {
  page.section("DESCRIPTION");
  page.text(with_full_stop(std::string(app.help_texts().summary)));
  for (const std::string_view note : app.help_texts().notes) {
    page.paragraph();
    page.text(note);
  }
  if (!app.is_root()) return;
  page.section("COMMANDS");
  for (const CommandApp* command : app.commands()) {
    page.item(link_to(page_name(*command), "1"),
              escaped(with_full_stop(std::string(command->help_texts().summary))));
  }
}

std::string flag_head(const CLI::Option& option) {
  std::string head;
  for (const std::string& name : option.get_snames()) head += (head.empty() ? "" : ", ") + bold("-" + name);
  for (const std::string& name : option.get_lnames()) head += (head.empty() ? "" : ", ") + bold("--" + name);
  if (takes_value(option)) head += " " + italic(value_name(option));
  return head;
}

void write_options(Roff& page, const CommandApp& app) {
  page.section("OPTIONS");
  for (const CLI::Option* option : arguments_of(app)) {
    page.item(italic(value_name(*option)), escaped(with_full_stop(flag_text(app, *option))));
  }
  for (const std::string& heading : flag_headings(app)) {
    if (heading != general_heading) page.subsection(heading);
    for (const CLI::Option* option : flags_below(app, heading)) {
      page.item(flag_head(*option), escaped(with_full_stop(flag_text(app, *option))));
    }
  }
}

void write_exit_status(Roff& page, const CommandApp& app) {
  page.section("EXIT STATUS");
  const auto& own = app.help_texts().exit_codes;
  for (const auto& [code, word, meaning] : exit_codes()) {
    const auto found = std::ranges::find(own, code, &ExitMeaning::code);
    const bool is_of_every_command = code.front() > '3' || code.size() > 1;
    if (found == own.end() && !app.is_root() && !is_of_every_command) continue;
    const std::string text =
        found != own.end() ? std::string(found->meaning) : fmt::format("{}: {}", word, meaning);
    page.item(bold(code), escaped(with_full_stop(text)));
  }
}

bool counts_for(const Influence& influence, const CommandApp& app) {
  const auto has = [&](const CLI::App* command) {
    return command->get_option_no_throw(std::string(influence.flag)) != nullptr;
  };
  if (!app.is_root()) return has(&app);
  const auto commands = app.commands();
  return std::any_of(commands.begin(), commands.end(), has);
}

void write_influences(Roff& page, const CommandApp& app) {
  const auto write = [&](std::span<const Influence> influences) {
    for (const Influence& influence : influences) {
      if (counts_for(influence, app)) page.item(bold(influence.name), escaped(influence.text));
    }
  };
  if (!counts_for({"", "--config", ""}, app)) return;
  page.section("ENVIRONMENT");
  page.text(
      "Every flag can also be set by a variable: --max-body is ALOHOOK_MAX_BODY. Flags take precedence over "
      "variables, and variables over the configuration file.");
  write(variables());
  page.section("FILES");
  write(files());
}

void write_examples(Roff& page, const CommandApp& app) {
  if (app.help_texts().examples.empty()) return;
  page.section("EXAMPLES");
  std::vector<std::string> lines;
  for (const auto& [line, purpose] : app.help_texts().examples) {
    if (!purpose.empty()) lines.push_back(fmt::format("# {}", purpose));
    lines.emplace_back(line);
  }
  page.verbatim(lines);
}

void write_see_also(Roff& page, const CommandApp& app, const CommandApp& root,
                    const std::vector<Topic>& topics) {
  page.section("SEE ALSO");
  std::vector<std::string> pages;
  if (!app.is_root()) pages.push_back(link_to("alohook", "1"));
  for (const CommandApp* command : root.commands()) {
    if (command != &app) pages.push_back(link_to(page_name(*command), "1"));
  }
  for (const Topic& topic : topics) pages.push_back(link_to(topic.page, topic.section));
  std::string line;
  for (const std::string& one : pages) line += (line.empty() ? "" : ", ") + one;
  page.line(line);
  page.paragraph();
  page.text(fmt::format("ALO's documentation: {}", documentation_url));
}

std::string summary_of(std::string_view text) {
  std::string summary(text);
  if (!summary.empty()) summary[0] = static_cast<char>(std::tolower(static_cast<unsigned char>(summary[0])));
  return summary;
}

std::string page_of(const CommandApp& app, const CommandApp& root, const std::vector<Topic>& topics,
                    const std::string& date) {
  Roff page(page_name(app), "1", date, origin);
  page.section("NAME");
  page.line(escaped(page_name(app)) + " \\- " + escaped(summary_of(app.help_texts().summary)));
  write_synopsis(page, app);
  write_description(page, app);
  write_options(page, app);
  write_exit_status(page, app);
  write_influences(page, app);
  write_examples(page, app);
  write_see_also(page, app, root, topics);
  return page.take();
}

std::vector<std::string> lines_of(std::string_view text) {
  std::vector<std::string> lines;
  for (; !text.empty(); text.remove_prefix(text.find('\n') + 1))
    lines.emplace_back(text.substr(0, text.find('\n')));
  return lines;
}

std::string page_of(const Topic& topic, const std::string& date) {
  using Kind = TopicBlock::Kind;
  Roff page(topic.page, topic.section, date, origin);
  page.section("NAME");
  page.line(escaped(topic.page) + " \\- " + escaped(topic.summary));
  bool begins_section = true;
  if (topic.blocks.empty() || topic.blocks.front().kind != Kind::heading) page.section("DESCRIPTION");
  for (const auto& [kind, head, text] : topic.blocks) {
    switch (kind) {
      case Kind::heading:
        page.section(escaped(text));
        break;
      case Kind::paragraph:
        if (!begins_section) page.paragraph();
        page.line(with_bold_words(text));
        break;
      case Kind::bullet:
        page.item("\\(bu", with_bold_words(text));
        break;
      case Kind::item:
        page.item(head.find('`') == std::string::npos ? bold(head) : with_bold_words(head),
                  with_bold_words(text));
        break;
      case Kind::code:
        if (!begins_section) page.paragraph();
        page.verbatim(lines_of(text));
        break;
    }
    begins_section = kind == Kind::heading;
  }
  return page.take();
}

void write_page(const std::string& folder, const std::string& name, const std::string& text) {
  const std::string path = fmt::format("{}/{}", folder, name);
  std::ofstream file(path, std::ios::binary);
  file << text;
  if (!file.flush()) throw Error(fmt::format("can't write '{}'", visible(path)), "does the directory exist?");
}

}  // namespace

int write_manual(const CommandApp& root, const std::vector<std::string>& arguments) {
  if (arguments.size() != 2) throw Error("__man takes a directory and a date", "only the build uses it");
  const std::string &folder = arguments[0], &date = arguments[1];
  const std::vector<Topic> topics = all_topics();
  auto apps = root.commands();
  apps.insert(apps.begin(), &root);
  for (const CommandApp* app : apps)
    write_page(folder, page_name(*app) + ".1", page_of(*app, root, topics, date));
  for (const Topic& topic : topics) {
    write_page(folder, fmt::format("{}.{}", topic.page, topic.section), page_of(topic, date));
  }
  return exit_yes;
}

}  // namespace alohook
