#include "journal/file.h"

#include <sys/resource.h>
#include <sys/stat.h>

#include <csignal>

#include <algorithm>
#include <filesystem>
#include <thread>
#include <vector>

#include "base/error.h"
#include "support/catch.hpp"
#include "support/world.h"

namespace alohook {
namespace {

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  for (std::size_t at = 0; at < text.size();) {
    const auto end = std::min(text.find('\n', at), text.size());
    lines.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  return lines;
}

std::error_code append(JournalFile& file, const std::string& line) { return file.append({line}).error; }

/// Lets no file grow beyond so many bytes, as a full disk does.
class FileSizeLimit {
 public:
  explicit FileSizeLimit(rlim_t bytes) {
    ::getrlimit(RLIMIT_FSIZE, &before_);
    const rlimit limit{bytes, before_.rlim_max};
    handler_ = ::signal(SIGXFSZ, SIG_IGN);
    ::setrlimit(RLIMIT_FSIZE, &limit);
  }
  ~FileSizeLimit() {
    ::setrlimit(RLIMIT_FSIZE, &before_);
    ::signal(SIGXFSZ, handler_);
  }
  FileSizeLimit(const FileSizeLimit&) = delete;
  FileSizeLimit& operator=(const FileSizeLimit&) = delete;

 private:
  rlimit before_ = {};
  void (*handler_)(int) = nullptr;
};

TEST_CASE("lines are appended to what is there, to a new file for its owner alone") {
  const TemporaryFolder folder;
  const std::string path = (folder.path() / "events.jsonl").string();
  for (const Durability durability : {Durability::of_process, Durability::of_power}) {
    JournalFile file(path, durability);
    CHECK_FALSE(append(file, "{\"a\":1}"));
    CHECK_FALSE(append(file, std::string(3'000'000, 'x')));
    CHECK_FALSE(file.settle());
  }
  CHECK(lines_of(bytes_of_file(path)) == std::vector<std::string>{"{\"a\":1}", std::string(3'000'000, 'x'),
                                                                  "{\"a\":1}", std::string(3'000'000, 'x')});
  struct stat status = {};
  REQUIRE(::stat(path.c_str(), &status) == 0);
  CHECK((status.st_mode & 077) == 0);
}

TEST_CASE("a line that somebody left torn is closed before the next one, at the start and later") {
  const TemporaryFolder folder;
  const std::string path = folder.write("events.jsonl", "whole\ntorn");
  JournalFile file(path, Durability::of_process);
  CHECK(bytes_of_file(path) == "whole\ntorn");
  CHECK_FALSE(append(file, "a"));
  CHECK_FALSE(append(file, "b"));
  CHECK(bytes_of_file(path) == "whole\ntorn\na\nb\n");
  folder.write("events.jsonl", bytes_of_file(path) + "another's");
  CHECK_FALSE(append(file, "c"));
  CHECK(bytes_of_file(path) == "whole\ntorn\na\nb\nanother's\nc\n");
}

TEST_CASE("a journal that can't be written to is an error that names it") {
  const TemporaryFolder folder;
  for (const std::string& path : {folder.path().string(), (folder.path() / "no" / "folder").string()}) {
    CHECK_THROWS_WITH(JournalFile(path, Durability::of_process), ContainsSubstring(path));
  }
}

TEST_CASE("a full disk is said, and the next line is tried again") {
  if (!std::filesystem::exists("/dev/full")) return;
  JournalFile file("/dev/full", Durability::of_power);
  for (int i = 0; i < 2; ++i) CHECK(append(file, "x") == std::errc::no_space_on_device);
  CHECK_FALSE(file.settle());  // a device has nothing to settle
}

TEST_CASE("of lines that are appended together, those that still fit are told apart from those that do not") {
  const TemporaryFolder folder;
  const std::string path = (folder.path() / "events.jsonl").string();
  JournalFile file(path, Durability::of_process);
  const std::string line(399, 'x');
  {
    const FileSizeLimit full(1000);
    const auto appended = file.append({line, line, line, line});
    CHECK(appended.count == 2);
    CHECK(appended.error);
  }
  CHECK(file.append({line, "last"}).count == 2);
  const std::vector<std::string> expected{line, line, std::string(200, 'x'), line, "last"};
  CHECK(lines_of(bytes_of_file(path)) == expected);
}

TEST_CASE("several writers of one journal keep their lines whole") {
  const TemporaryFolder folder;
  const std::string path = (folder.path() / "events.jsonl").string();
  constexpr int lines_each = 200;
  std::vector<std::thread> writers;
  for (const char mark : {'a', 'b', 'c', 'd'}) {
    writers.emplace_back([&path, mark] {
      JournalFile file(path, Durability::of_process);
      for (int i = 0; i < lines_each; ++i)
        append(file, std::string(1 + static_cast<std::size_t>(i) * 97, mark));
    });
  }
  for (std::thread& writer : writers) writer.join();
  const auto lines = lines_of(bytes_of_file(path));
  CHECK(lines.size() == 4 * lines_each);
  for (const std::string& line : lines) {
    const bool is_whole =
        !line.empty() && line.size() % 97 == 1 && line == std::string(line.size(), line.front());
    if (!is_whole) FAIL("a line of " << line.size() << " bytes is not one writer's");
  }
}

}  // namespace
}  // namespace alohook
