#include "base/visible.h"

#include <fmt/format.h>

#include "base/codec.h"
#include "support/catch.hpp"
#include "support/corpora.h"
#include "support/notation.h"

using namespace alohook;
using namespace std::string_literals;

namespace {

/// Text that has been used to attack terminals and logs, and what a reader should see.
struct Attack {
  std::string bytes, shown;
};

const std::vector<Attack>& attacks() {
  static const std::vector<Attack> list = {
      {"\x1b[2J\x1b[31mred", "\\x1b[2J\\x1b[31mred"},
      {"\x1b]0;title\x07", "\\x1b]0;title\\x07"},
      {"\x1b]8;;http://evil/\x1b\\click", "\\x1b]8;;http://evil/\\x1b\\click"},
      {"\x1bP$q\x1b\\", "\\x1bP$q\\x1b\\"},
      {"\xc2\x9b"
       "31m",
       "\\u{009b}31m"},
      {"\x9b"
       "31m",
       "\\x9b31m"},
      {"a\rb\nc\td", "a\\rb\\nc\\td"},
      {"\0\x01\b\v\f\x7f"s, "\\x00\\x01\\x08\\x0b\\x0c\\x7f"},
      {"user\xe2\x80\xae"
       "gpj.exe",
       "user\\u{202e}gpj.exe"},
      {"\xe2\x81\xa6isolate\xe2\x81\xa9", "\\u{2066}isolate\\u{2069}"},
      {"zero\xe2\x80\x8bwidth\xef\xbb\xbf", "zero\\u{200b}width\\u{feff}"},
      {"soft\xc2\xadhyphen", "soft\\u{00ad}hyphen"},
      {"tag\xf3\xa0\x80\x81\xf3\xa0\x81\xbf", "tag\\u{e0001}\\u{e007f}"},
      {"line\xe2\x80\xa8para\xe2\x80\xa9", "line\\u{2028}para\\u{2029}"},
      {"filler\xe3\x85\xa4", "filler\\u{3164}"},
      {"\xc0\xaf\xe0\x80\xaf", "\\xc0\\xaf\\xe0\\x80\\xaf"},
      {"\xed\xa0\x80", "\\xed\\xa0\\x80"},
      {"\xf4\x90\x80\x80", "\\xf4\\x90\\x80\\x80"},
      {"cut\xe2\x80", "cut\\xe2\\x80"},
      {"\xff\xfe", "\\xff\\xfe"},
  };
  return list;
}

bool is_safe_line(std::string_view text) {
  for (std::size_t i = 0; i < text.size();) {
    const auto byte = static_cast<unsigned char>(text[i]);
    const CodePoint point = code_point_at(text, i);
    if (byte < 0x20 || byte == 0x7F || !point.valid || is_deceptive(point.value)) return false;
    i += point.length;
  }
  return true;
}

}  // namespace

TEST_CASE("text that attacks terminals is escaped") {
  for (const auto& [bytes, shown] : attacks()) {
    CHECK(visible(bytes) == shown);
    CHECK(is_safe_line(visible(bytes)));
    CHECK_FALSE(is_plain(bytes));
  }
}

TEST_CASE("each text of the terminal corpus is escaped as in Python") {
  const std::string file =
      read_bytes(std::filesystem::path(ALOHOOK_SOURCE_DIR) / "tests" / "vectors" / "terminal" / "texts.txt");
  std::string name, bytes;
  std::size_t count = 0;
  for (const std::string& line : split_text(file, '\n')) {
    if (line.starts_with("== ")) name = line.substr(3);
    if (line.starts_with("| ")) bytes = Notation(std::string_view(line).substr(2)).bytes();
    if (!line.starts_with("-> ")) continue;
    INFO(name);
    ++count;
    const std::string expected = Notation(std::string_view(line).substr(3)).bytes();
    CHECK((visible(bytes) == expected));
    CHECK(is_safe_line(visible(bytes)));
    CHECK(is_plain(visible(bytes)));
    CHECK(is_plain(bytes) == (bytes == expected));
    for (const std::string& shown_line : split_text(visible_lines(bytes), '\n'))
      CHECK(is_safe_line(shown_line));
  }
  CHECK(count >= 110);
}

TEST_CASE("any pair of bytes made visible is safe for a terminal") {
  std::size_t unsafe = 0;
  for (int first = 0; first < 256; ++first) {
    for (int second = 0; second < 256; ++second) {
      const std::string bytes{static_cast<char>(first), static_cast<char>(second), 'z'};
      if (!is_safe_line(visible(bytes))) ++unsafe;
      for (const std::string& line : split_text(visible_lines(bytes), '\n')) {
        if (!is_safe_line(line)) ++unsafe;
      }
    }
  }
  CHECK(unsafe == 0);
}

TEST_CASE("ordinary text of any language is unchanged") {
  const auto text =
      GENERATE(as<std::string>{}, "", "plain ~ text\\n", "Hello \xc4\x80LO", "\xe9\x8d\xb5 \xd0\xba\xd0\xbb",
               "\xf0\x9f\x98\x80 \xe2\x9d\xa4\xef\xb8\x8f", "e\xcc\x81 NFD",
               "non\xc2\xa0"
               "breaking");
  CHECK(visible(text) == text);
  CHECK(visible_lines(text) == text);
  CHECK(is_plain(text));
}

TEST_CASE("emoji joined by U+200D stay one picture") {
  // From Unicode's emoji-zwj-sequences.txt.
  const auto text = GENERATE(
      as<std::string>{}, "👨‍👩‍👧‍👦", "👩🏽‍🚒", "❤️‍🔥", "🏳️‍🌈",
      "🏴‍☠️", "🐻‍❄️", "🐈‍⬛", "🙂‍↔️", "👁️‍🗨️", "🧑‍⚖️",
      "🍋‍🟩", "⛓️‍💥", "🧑🏿‍🤝‍🧑🏻", "🏃🏽‍♀️‍➡️");
  REQUIRE(text.find("\xe2\x80\x8d") != std::string::npos);
  CHECK(visible(text) == text);
  CHECK(visible_lines("a " + text + "\n") == "a " + text + "\n");
}

TEST_CASE("U+200D is escaped unless both neighbors are emoji") {
  const std::string joiner = "\xe2\x80\x8d", shown = "\\u{200d}";
  for (const auto& [before, after] : std::vector<std::pair<std::string, std::string>>{{"", ""},
                                                                                      {"a", "b"},
                                                                                      {"👩", "a"},
                                                                                      {"a", "👩"},
                                                                                      {"👩", ""},
                                                                                      {"", "👩"},
                                                                                      {"👩 ", "🚒"},
                                                                                      {"👩", " 🚒"},
                                                                                      {"🏽", "🚒"},
                                                                                      {"👩", "\xff"},
                                                                                      {"é", "🚒"},
                                                                                      {"👩\xff", "🚒"},
                                                                                      {"7", "❤"}}) {
    INFO(before << "|" << after);
    const std::string text = visible(before) + shown + visible(after);
    CHECK(visible(before + joiner + after) == text);
    CHECK_FALSE(is_plain(before + joiner + after));
  }
  CHECK(visible("👩" + joiner + joiner + "🚒") == "👩" + shown + shown + "🚒");
}

TEST_CASE("lines stay lines and nothing else does") {
  CHECK(visible_lines("a\nb\r\nc\x1b\n\xff\t") == "a\nb\\r\nc\\x1b\n\\xff\\t");
}

TEST_CASE("a very long line is made visible completely") {
  const std::string line(1'000'000, '\x1b');
  CHECK(visible(line).size() == 4'000'000);
  CHECK(visible(std::string(1'000'000, 'a')) == std::string(1'000'000, 'a'));
}

TEST_CASE("every control and format character in Unicode is deceptive") {
  const auto rows = recorded("unicode/controls.tsv");
  REQUIRE(rows.size() > 20);
  for (const auto& row : rows) {
    const auto last = std::stoul(row[1], nullptr, 16);
    for (auto code = std::stoul(row[0], nullptr, 16); code <= last; ++code) {
      CAPTURE(fmt::format("U+{:04X}", code));
      CHECK(is_deceptive(static_cast<char32_t>(code)));
    }
  }
}

TEST_CASE("letters, digits, marks and emoji are not deceptive") {
  for (const char32_t c :
       {U' ', U'~', U'\u00a0', U'\u00e9', U'\u0301', U'\u0100', U'\u2014', U'\ufffd', U'\U0001f600'}) {
    CHECK_FALSE(is_deceptive(c));
  }
}

// The layout of `hexdump -C`, which has an additional line with the length.
TEST_CASE("a hex dump has sixteen bytes per line, and their characters") {
  CHECK(hex_dump("", 9).empty());
  CHECK(hex_dump("{\"type\":\"x\"}\r\n\xff\x1b~\x7f", 9) ==
        "000000  7b 22 74 79 70 65 22 3a  22 78 22 7d 0d 0a ff 1b  |{\"type\":\"x\"}....|\n"
        "000010  7e 7f                                             |~.|\n");
}

TEST_CASE("a hex dump stops at its line limit and shows how much is left") {
  CHECK(hex_dump(std::string(40, 'a'), 2) ==
        "000000  61 61 61 61 61 61 61 61  61 61 61 61 61 61 61 61  |aaaaaaaaaaaaaaaa|\n"
        "000010  61 61 61 61 61 61 61 61  61 61 61 61 61 61 61 61  |aaaaaaaaaaaaaaaa|\n"
        "… 8 more bytes\n");
  CHECK(hex_dump(std::string(32, 'a'), 2).find("more") == std::string::npos);
}
