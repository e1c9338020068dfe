#include "help/topic.h"

#include <stdexcept>

#include "support/catch.hpp"

namespace alohook {
namespace {

constexpr std::string_view sample_page =
    "# alohook-sample(7) - a sample\n"
    "\n"
    "First line\n"
    "and second line.\n"
    "\n"
    "## A HEADING\n"
    "\n"
    "| flag | effect |\n"
    "|---|---|\n"
    "| `--rate 50/s` | sets the rate |\n"
    "\n"
    "- a bullet\n"
    "  goes on\n"
    "\n"
    "```\n"
    "alohook listen\n"
    "```\n";

TEST_CASE("a topic's title, paragraphs, tables, bullets and code are read") {
  using Kind = TopicBlock::Kind;
  const Topic topic = read_topic("sample", sample_page);
  CHECK(topic.name == "sample");
  CHECK(topic.page == "alohook-sample");
  CHECK(topic.section == "7");
  CHECK(topic.summary == "a sample");
  REQUIRE(topic.blocks.size() == 5);
  CHECK(topic.blocks[0].kind == Kind::paragraph);
  CHECK(topic.blocks[0].text == "First line and second line.");
  CHECK(topic.blocks[1].kind == Kind::heading);
  CHECK(topic.blocks[2].kind == Kind::item);
  CHECK(topic.blocks[2].head == "`--rate 50/s`");
  CHECK(topic.blocks[2].text == "sets the rate");
  CHECK(topic.blocks[3].text == "a bullet goes on");
  CHECK(topic.blocks[4].kind == Kind::code);
  CHECK(topic.blocks[4].text == "alohook listen\n");
}

TEST_CASE("a topic is printed within the width, code excepted") {
  const std::string text = topic_text(read_topic("sample", sample_page), 30);
  CHECK(text ==
        "alohook-sample(7): a sample\n"
        "\n"
        "  First line and second line.\n"
        "\n"
        "A HEADING\n"
        "  --rate 50/s\n"
        "      sets the rate\n"
        "  - a bullet goes on\n"
        "\n"
        "    alohook listen\n");
}

TEST_CASE("a topic without a title, or with an unknown list, is a bug that shows") {
  CHECK_THROWS_AS(read_topic("sample", "text\n"), std::logic_error);
  CHECK_THROWS_AS(read_topic("sample", "# a(7) - b\n\n{nonsense}\n"), std::logic_error);
}

TEST_CASE("lists of the program are inserted into topics") {
  const Topic topic = read_topic("sample", "# a(7) - b\n\n{checks}\n");
  REQUIRE(topic.blocks.size() > 40);
  CHECK(topic.blocks.front().head == "accept-valid");
}

TEST_CASE("every built-in topic can be read") {
  const auto topics = all_topics();
  REQUIRE(topics.size() >= 6);
  for (const Topic& topic : topics) {
    INFO(topic.name);
    CHECK(topic.blocks.size() > 3);
  }
}

}  // namespace
}  // namespace alohook
