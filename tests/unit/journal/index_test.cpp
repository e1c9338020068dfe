#include "journal/index.h"

#include <fmt/format.h>

#include <filesystem>
#include <fstream>

#include "base/error.h"
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

}  // namespace

TEST_CASE("a journal is read from its end, with one number per event") {
  const Journal journal;
  for (int i = 1; i <= 5; ++i) journal.append(line(i) + "\n");
  JournalIndex index(journal.path());
  for (int i = 0; i < 5; ++i) CHECK(index.older(-i)->text == line(5 - i));
  CHECK_FALSE(index.older(-5).has_value());
  CHECK_FALSE(index.older(1).has_value());
  CHECK(index.at(index.older(-2)->offset)->text == line(3));
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
  CHECK(index.at(lines[1].offset)->text == line(3));
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
  CHECK_FALSE(index.at(500).has_value());
}

TEST_CASE("a file that can't be read is an error, an empty one has no events") {
  const Journal journal;
  CHECK_THROWS_AS(JournalIndex(journal.path()), Error);
  CHECK_THROWS_AS(JournalIndex(journal.directory), Error);
  journal.append("");
  CHECK_FALSE(JournalIndex(journal.path()).older(0).has_value());
}
