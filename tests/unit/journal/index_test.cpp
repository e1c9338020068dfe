#include "journal/index.h"

#include <fmt/format.h>

#include <filesystem>
#include <fstream>

#include "base/error.h"
#include "journal/session.h"
#include "support/catch.hpp"

using namespace alohook;

namespace {

/// A file in a temporary directory.
struct Journal {
  std::filesystem::path directory;
  Journal() {
    std::string name = (std::filesystem::temp_directory_path() / "alohook-XXXXXX").string();
    directory = mkdtemp(name.data());
  }
  ~Journal() { std::filesystem::remove_all(directory); }
  std::string path() const { return directory / "events.jsonl"; }
  void append(std::string_view text) const {
    std::ofstream(path(), std::ios::app | std::ios::binary) << text;
  }
};

std::string id_of(int n) { return fmt::format("{:016x}", n); }

std::string line(int n, std::size_t padding = 10) {
  return fmt::format(
      R"({{"schema":1,"id":"{}","received_at":"2026-11-26T20:00:00.000Z","method":"POST","target":"/","headers":[],"body":"{}"}})",
      id_of(n), std::string(padding, 'x'));
}

std::vector<std::string> texts(const std::vector<JournalIndex::Line>& lines) {
  std::vector<std::string> out;
  for (const auto& one : lines) out.push_back(one.text);
  return out;
}

}  // namespace

TEST_CASE("a journal is read from its end, with one number per event") {
  const Journal journal;
  for (int i = 1; i <= 5; ++i) journal.append(line(i) + "\n");
  JournalIndex index(journal.path());
  for (int i = 0; i < 5; ++i) CHECK(index.older(-i)->text == line(5 - i));
  CHECK_FALSE(index.older(-5).has_value());
  CHECK_FALSE(index.older(1).has_value());
}

TEST_CASE("lines longer than a block, empty lines and other lines don't affect the numbering") {
  const Journal journal;
  journal.append(line(1) + "\n\nnot an event\n" + line(2, 700'000) + "\n" + line(3) + "\n{}\n\n");
  JournalIndex index(journal.path());
  CHECK(index.older(0)->text == line(3));
  CHECK(index.older(-1)->text == line(2, 700'000));
  CHECK(index.older(-2)->text == line(1));
  CHECK_FALSE(index.older(-3).has_value());
}

TEST_CASE("a journal of many blocks is indexed completely") {
  const Journal journal;
  std::string text;
  constexpr int count = 5000;
  for (int i = 1; i <= count; ++i) text += line(i, static_cast<std::size_t>(i % 300)) + "\n";
  journal.append(text);
  JournalIndex index(journal.path());
  for (int i = 0; i < count; ++i)
    REQUIRE(index.older(-i)->text == line(count - i, static_cast<std::size_t>((count - i) % 300)));
  CHECK_FALSE(index.older(-count).has_value());
  CHECK(index.find(id_of(17)) == -(count - 17));
  CHECK_FALSE(index.find("ffffff").has_value());
}

TEST_CASE("an appended event is returned once, as soon as its line is complete") {
  const Journal journal;
  journal.append(line(1) + "\n" + line(2).substr(0, 20));
  JournalIndex index(journal.path());
  CHECK(index.older(0)->text == line(1));
  CHECK(index.appended().empty());
  journal.append(line(2).substr(20) + "\n" + line(3) + "\n");
  const auto lines = index.appended();
  REQUIRE(lines.size() == 2);
  CHECK(lines[0].text == line(2));
  CHECK(lines[1].text == line(3));
  CHECK(index.appended().empty());
}

TEST_CASE("an appended event is found by its ID among those of other writers") {
  const Journal journal;
  journal.append(line(1) + "\n");
  JournalIndex index(journal.path());
  CHECK_FALSE(index.appended_with(id_of(2)).has_value());
  for (int i = 2; i < 200; ++i) journal.append(line(i) + "\n");
  CHECK(index.appended_with(id_of(150))->text == line(150));
  CHECK(index.appended_with(id_of(2))->text == line(2));
  CHECK_FALSE(index.appended_with(id_of(1)).has_value());
}

TEST_CASE("a journal that is truncated while it is read has no more events instead of wrong ones") {
  const Journal journal;
  for (int i = 1; i <= 3; ++i) journal.append(line(i) + "\n");
  JournalIndex index(journal.path());
  std::filesystem::resize_file(journal.path(), 10);
  CHECK_FALSE(index.older(0).has_value());
  CHECK_FALSE(index.find(id_of(2)).has_value());
  journal.append("\n" + line(4) + "\n" + line(5) + "\n" + line(6) + "\n");
  CHECK_FALSE(index.older(0).has_value());
}

TEST_CASE("a journal that was moved away is still read, and the one that took its place is followed") {
  const Journal journal;
  for (int i = 1; i <= 3; ++i) journal.append(line(i) + "\n");
  JournalIndex index(journal.path());
  journal.append(line(4) + "\n");
  std::filesystem::rename(journal.path(), journal.path() + ".1");
  std::ofstream(journal.path() + ".1", std::ios::app) << line(5) << "\n";
  CHECK(texts(index.appended()) == std::vector{line(4), line(5)});
  journal.append(line(6) + "\n" + line(7) + "\n");
  CHECK(texts(index.appended()) == std::vector{line(6), line(7)});
  CHECK(index.appended().empty());
  CHECK(index.older(-2)->text == line(1));
  for (int i = 4; i <= 7; ++i) CHECK(index.appended_with(id_of(i))->text == line(i));
  std::filesystem::remove(journal.path() + ".1");
  CHECK(index.appended_with(id_of(4))->text == line(4));
}

TEST_CASE("a journal that was cut to nothing is followed from its new beginning") {
  const Journal journal;
  for (int i = 1; i <= 3; ++i) journal.append(line(i) + "\n");
  JournalIndex index(journal.path());
  journal.append(line(4) + "\n");
  CHECK(index.appended_with(id_of(4))->text == line(4));
  CHECK(index.appended().size() == 1);
  std::filesystem::resize_file(journal.path(), 0);
  // Longer than what was there, so that an old offset is in the midst of a line.
  for (int i = 5; i <= 20; ++i) journal.append(line(i, 17) + "\n");
  CHECK(index.appended().front().text == line(5, 17));
  CHECK(index.appended_with(id_of(9))->text == line(9, 17));
  CHECK_FALSE(index.appended_with(id_of(4)).has_value());
  CHECK_FALSE(index.older(0).has_value());
}

TEST_CASE("a session journal that drops its oldest events is followed without doubles") {
  const Journal journal;
  SessionJournal session(journal.path(), {.events = 8});
  int written = 0;
  for (; written < 5; ++written) REQUIRE_FALSE(session.append(line(written + 1)));
  JournalIndex index(journal.path());
  std::vector<std::string> seen, expected;
  for (; written < 60; ++written) {
    REQUIRE_FALSE(session.append(line(written + 1)));
    expected.push_back(line(written + 1));
    if (written % 3 != 0) continue;  // some drops happen between two looks
    for (std::string& text : texts(index.appended())) seen.push_back(std::move(text));
  }
  for (std::string& text : texts(index.appended())) seen.push_back(std::move(text));
  CHECK(seen == expected);
}

TEST_CASE("a file that can't be read is an error, an empty one has no events") {
  const Journal journal;
  CHECK_THROWS_AS(JournalIndex(journal.path()), Error);
  CHECK_THROWS_AS(JournalIndex(journal.directory), Error);
  journal.append("");
  CHECK_FALSE(JournalIndex(journal.path()).older(0).has_value());
}
