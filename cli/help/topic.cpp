#include "help/topic.h"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

#include "check/check.h"
#include "diagnosis/causes.h"
#include "diagnosis/fixes.h"
#include "embedded/topics.h"
#include "events/event_type.h"
#include "help/help.h"
#include "help/reference.h"
#include "output/wrap.h"
#include "signing/forgery.h"

namespace alohook {
namespace {

using Kind = TopicBlock::Kind;
using Blocks = std::vector<TopicBlock>;

Blocks list_of_checks() {
  Blocks blocks;
  for (const CheckInfo& info : all_checks()) {
    std::string text = fmt::format("{} ({}).", info.title, name_of(info.severity));
    if (!info.why.empty()) text += fmt::format(" {}", info.why);
    blocks.push_back({Kind::item, std::string(info.id), std::move(text)});
  }
  return blocks;
}

Blocks list_of_causes() {
  Blocks blocks;
  for (const CauseText& text : cause_texts()) {
    const Cause cause = make_cause(text.id, {}, Certainty::proven);
    std::string body = cause.text;
    for (const Fix& fix : cause.fixes) {
      if (fix.language.empty()) body += fmt::format(" {}", fix.text);
    }
    blocks.push_back({Kind::item, cause.id, std::move(body)});
  }
  return blocks;
}

Blocks list_of_forgeries() {
  Blocks blocks;
  for (const Forgery& forgery : forgeries()) {
    blocks.push_back({Kind::item, std::string(forgery.name), fmt::format("{}.", forgery.meaning)});
  }
  return blocks;
}

Blocks list_of_types() {
  Blocks blocks;
  for (const EventType& type : event_types()) {
    std::string text(type.meaning);
    if (!type.alias.empty()) text += fmt::format(" (also spelled `{}`)", type.alias);
    blocks.push_back({Kind::item, std::string(type.name), text + "."});
  }
  return blocks;
}

Blocks list_of_exit_codes() {
  Blocks blocks;
  for (const ExitCode& code : exit_codes()) {
    blocks.push_back({Kind::item, std::string(code.code), fmt::format("{}: {}.", code.word, code.meaning)});
  }
  return blocks;
}

/// The lists that a topic can ask for.
struct List {
  std::string_view name;
  Blocks (*make)();
};
constexpr List lists[] = {
    {"checks", list_of_checks},     {"causes", list_of_causes},         {"forgeries", list_of_forgeries},
    {"event-types", list_of_types}, {"exit-codes", list_of_exit_codes},
};

std::string trimmed_cell(std::string_view cell) {
  const auto begin = cell.find_first_not_of(' ');
  if (begin == std::string_view::npos) return {};
  return std::string(cell.substr(begin, cell.find_last_not_of(' ') - begin + 1));
}

/// Reads `| head | text |`; what separates a table's head from its rows gives nothing.
void add_row(Blocks& blocks, std::string_view line) {
  const auto middle = line.find(" | ");
  if (middle == std::string_view::npos || line.find_first_not_of("|-: ") == std::string_view::npos) return;
  const auto end = line.rfind('|');
  blocks.push_back({Kind::item, trimmed_cell(line.substr(1, middle - 1)),
                    trimmed_cell(line.substr(middle + 2, end - middle - 2))});
}

std::string without_backticks(std::string text) {
  std::erase(text, '`');
  return text;
}

/// Reads a topic's lines into blocks.
class TopicReader {
 public:
  void add(std::string_view line) {
    if (line.starts_with("```")) {
      if (!is_code_) blocks.push_back({Kind::code, {}, {}});
      is_code_ = !is_code_;
      is_open_ = false;
    } else if (is_code_) {
      blocks.back().text.append(line).append("\n");
    } else if (line.empty()) {
      is_open_ = false;
      is_table_ = false;
    } else if (line.starts_with("## ")) {
      blocks.push_back({Kind::heading, {}, std::string(line.substr(3))});
    } else if (line.starts_with('|')) {
      add_table_line(line);
    } else if (line.starts_with('{') && line.ends_with('}')) {
      insert(line.substr(1, line.size() - 2));
    } else if (line.starts_with("- ")) {
      blocks.push_back({Kind::bullet, {}, std::string(line.substr(2))});
      is_open_ = true;
    } else if (is_open_) {
      blocks.back().text.append(" ").append(trimmed_cell(line));
    } else {
      blocks.push_back({Kind::paragraph, {}, std::string(line)});
      is_open_ = true;
    }
  }

  Blocks blocks;

 private:
  void add_table_line(std::string_view line) {
    if (is_table_) add_row(blocks, line);
    is_table_ = true;  // the first line is the table's head
  }

  void insert(std::string_view name) {
    const auto list =
        std::find_if(std::begin(lists), std::end(lists), [&](const auto& one) { return one.name == name; });
    if (list == std::end(lists)) throw std::logic_error(fmt::format("a topic asks for the list '{}'", name));
    Blocks made = list->make();
    std::move(made.begin(), made.end(), std::back_inserter(blocks));
  }

  bool is_code_ = false;
  bool is_open_ = false;  ///< the next line goes on with the last block
  bool is_table_ = false;
};

}  // namespace

Topic read_topic(std::string_view name, std::string_view text) {
  const std::string_view title = text.substr(0, text.find('\n'));
  const auto bracket = title.find('(');
  const auto dash = title.find(") - ");
  if (!title.starts_with("# ") || bracket == std::string_view::npos || dash == std::string_view::npos) {
    throw std::logic_error(fmt::format("the topic '{}' has no title", name));
  }
  TopicReader reader;
  text.remove_prefix(title.size());
  while (!text.empty()) {
    text.remove_prefix(1);  // the newline
    const auto end = std::min(text.find('\n'), text.size());
    reader.add(text.substr(0, end));
    text.remove_prefix(end);
  }
  return {std::string(name), std::string(title.substr(2, bracket - 2)),
          std::string(title.substr(bracket + 1, dash - bracket - 1)), std::string(title.substr(dash + 4)),
          std::move(reader.blocks)};
}

std::vector<Topic> all_topics() {
  std::vector<Topic> topics;
  for (const embedded::File& file : embedded::topics()) {
    topics.push_back(read_topic(file.name.substr(0, file.name.find('.')), file.bytes));
  }
  return topics;
}

std::string topic_text(const Topic& topic, std::size_t width) {
  const auto indented = [&](const std::string& text, std::string_view first, std::string_view rest) {
    std::string out;
    for (const std::string& line :
         wrapped(without_backticks(text), width - std::min(width / 2, rest.size()))) {
      out.append(out.empty() ? first : rest).append(line).append("\n");
    }
    return out;
  };
  std::string out = indented(fmt::format("{}({}): {}", topic.page, topic.section, topic.summary), "", "");
  for (const auto& [kind, head, text] : topic.blocks) {
    switch (kind) {
      case Kind::heading:
        out += "\n" + indented(text, "", "");
        break;
      case Kind::paragraph:
        out += "\n" + indented(text, "  ", "  ");
        break;
      case Kind::bullet:
        out += indented(text, "  - ", "    ");
        break;
      case Kind::item:
        out += two_columns(without_backticks(head), without_backticks(text), width, 28);
        break;
      case Kind::code:
        out += "\n";
        for (std::string_view rest = text; !rest.empty(); rest.remove_prefix(rest.find('\n') + 1)) {
          out.append("    ").append(rest.substr(0, rest.find('\n') + 1));
        }
        break;
    }
  }
  return out;
}

}  // namespace alohook
