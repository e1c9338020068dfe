#include "journal/session.h"

#include <sys/stat.h>

#include "support/catch.hpp"
#include "support/corpora.h"
#include "support/world.h"

using namespace alohook;

namespace {

std::string line_number(int number) {
  return "{\"schema\":1,\"id\":\"" + std::to_string(100'000 + number) + "\"}";
}

std::vector<std::string> lines_of_file(const std::string& path) {
  std::string text = bytes_of_file(path);
  if (text.ends_with('\n')) text.pop_back();
  return text.empty() ? std::vector<std::string>{} : split_text(text, '\n');
}

}  // namespace

TEST_CASE("only the owner can access a session journal, even if the file already existed") {
  const TemporaryFolder folder;
  const std::string path = folder.write("session.jsonl", "");
  ::chmod(path.c_str(), 0666);
  const SessionJournal journal(path);
  struct stat status = {};
  REQUIRE(::stat(path.c_str(), &status) == 0);
  CHECK((status.st_mode & 0777) == 0600);
}

TEST_CASE("a session journal keeps the newest events, in order") {
  const TemporaryFolder folder;
  const std::string path = folder.path() / "session.jsonl";
  {
    SessionJournal journal(path, {.events = 10, .bytes = 1 << 20});
    for (int i = 0; i < 57; ++i) {
      REQUIRE_FALSE(journal.append(line_number(i)));
      CHECK(lines_of_file(path).size() <= 12);
      CHECK(lines_of_file(path).back() == line_number(i));
    }
  }
  const auto lines = lines_of_file(path);
  REQUIRE(lines.size() == 10);
  CHECK(lines.front() == line_number(47));
  CHECK(lines.back() == line_number(56));
}

TEST_CASE("a session journal never exceeds its maximum size, and omits a line that is larger") {
  const TemporaryFolder folder;
  const std::string path = folder.path() / "session.jsonl";
  SessionJournal journal(path, {.events = 1000, .bytes = 500});
  for (int i = 0; i < 50; ++i) {
    REQUIRE_FALSE(journal.append(line_number(i)));
    CHECK(bytes_of_file(path).size() <= 500);
    CHECK(lines_of_file(path).back() == line_number(i));
  }
  REQUIRE_FALSE(journal.append(std::string(500, 'x')));
  CHECK(lines_of_file(path).back() == line_number(49));
}

TEST_CASE("two listeners share a session journal without losing any of the newest events") {
  const TemporaryFolder folder;
  const std::string path = folder.path() / "session.jsonl";
  {
    SessionJournal one(path, {.events = 20, .bytes = 1 << 20});
    SessionJournal two(path, {.events = 20, .bytes = 1 << 20});
    for (int i = 0; i < 100; ++i) REQUIRE_FALSE((i % 3 == 0 ? one : two).append(line_number(i)));
  }
  const auto lines = lines_of_file(path);
  REQUIRE(lines.size() == 20);
  for (int i = 0; i < 20; ++i) CHECK(lines[static_cast<std::size_t>(i)] == line_number(80 + i));
}

TEST_CASE("a truncated last line of a session journal doesn't affect the next one") {
  const TemporaryFolder folder;
  const std::string path = folder.write("session.jsonl", line_number(1) + "\n{\"schema\":1,\"i");
  SessionJournal journal(path);
  REQUIRE_FALSE(journal.append(line_number(2)));
  CHECK(bytes_of_file(path) == line_number(1) + "\n{\"schema\":1,\"i\n" + line_number(2) + "\n");
}

TEST_CASE("a session journal doesn't follow links, and the error says what is in the way") {
  const TemporaryFolder folder;
  const std::string target = folder.write("other", "keep");
  const std::string link = folder.path() / "session.jsonl";
  std::filesystem::create_symlink(target, link);
  CHECK_THROWS_WITH(SessionJournal(link), ContainsSubstring("can't write the session journal"));
  CHECK(bytes_of_file(target) == "keep");
}
