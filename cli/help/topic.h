#pragma once
#include <string>
#include <string_view>
#include <vector>

// Manual pages about a subject instead of a command. Their text is in help/topics/*.md; lists that the program knows
// (checks, causes, kinds of invalid requests …) are filled in from its own tables.
namespace alohook {

/// A part of a topic's page.
struct TopicBlock {
  enum class Kind { heading, paragraph, bullet, item, code };
  Kind kind = Kind::paragraph;
  std::string head = {};  ///< of an item
  std::string text = {};  ///< words between backticks are typed as they are
};

struct Topic {
  std::string name;     ///< for `alohook help NAME`
  std::string page;     ///< `alohook-journal`
  std::string section;  ///< `5`
  std::string summary;
  std::vector<TopicBlock> blocks;
};

/// Reads a topic. The first line is `# PAGE(SECTION) - SUMMARY`; then come `## HEADING`, paragraphs, `- ` bullets,
/// tables of two columns, fenced code, and `{LIST}` on a line of its own for a list of the program's.
/// Throws std::logic_error for a text that isn't one.
Topic read_topic(std::string_view name, std::string_view text);

/// Returns all topics by name.
std::vector<Topic> all_topics();

/// Writes a topic for a terminal.
std::string topic_text(const Topic& topic, std::size_t width);

}  // namespace alohook
