#include "journal/file.h"

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

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

/// Returns why a line couldn't be appended, or an empty string.
std::string append(JournalFile& file, const std::string& line) { return file.append(line + "\n").error; }

/// Limits the size of files to this many bytes, like a full disk.
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

TEST_CASE("lines are appended to an existing file, or to a new one that only its owner can access") {
  const TemporaryFolder folder;
  const std::string path = (folder.path() / "events.jsonl").string();
  for (const Durability durability : {Durability::of_process, Durability::of_power}) {
    JournalFile file(path, durability);
    CHECK(append(file, "{\"a\":1}").empty());
    CHECK(append(file, std::string(3'000'000, 'x')).empty());
    CHECK_FALSE(file.settle());
  }
  CHECK(lines_of(bytes_of_file(path)) == std::vector<std::string>{"{\"a\":1}", std::string(3'000'000, 'x'),
                                                                  "{\"a\":1}", std::string(3'000'000, 'x')});
  struct stat status = {};
  REQUIRE(::stat(path.c_str(), &status) == 0);
  CHECK((status.st_mode & 077) == 0);
}

TEST_CASE("an incomplete line is terminated before the next one, at the start and later") {
  const TemporaryFolder folder;
  const std::string path = folder.write("events.jsonl", "whole\ntorn");
  JournalFile file(path, Durability::of_process);
  CHECK(bytes_of_file(path) == "whole\ntorn");
  CHECK(append(file, "a").empty());
  CHECK(append(file, "b").empty());
  CHECK(bytes_of_file(path) == "whole\ntorn\na\nb\n");
  folder.write("events.jsonl", bytes_of_file(path) + "another's");
  CHECK(append(file, "c").empty());
  CHECK(bytes_of_file(path) == "whole\ntorn\na\nb\nanother's\nc\n");
}

TEST_CASE("a journal that can't be written to is an error that names it") {
  const TemporaryFolder folder;
  for (const std::string& path : {folder.path().string(), (folder.path() / "no" / "folder").string()}) {
    CHECK_THROWS_WITH(JournalFile(path, Durability::of_process), ContainsSubstring(path));
  }
}

TEST_CASE("a full disk is reported, and the next line is attempted again") {
  REQUIRE(std::filesystem::exists("/dev/full"));
  JournalFile file("/dev/full", Durability::of_power);
  const std::string reason = std::make_error_code(std::errc::no_space_on_device).message();
  for (int i = 0; i < 2; ++i) CHECK(append(file, "x") == reason);
  CHECK_FALSE(file.settle());  // a device has nothing to sync
}

TEST_CASE("when several lines are appended together, only those that fit count as recorded") {
  const TemporaryFolder folder;
  const std::string path = (folder.path() / "events.jsonl").string();
  JournalFile file(path, Durability::of_process);
  const std::string line(399, 'x');
  {
    const FileSizeLimit full(1000);
    const auto appended = file.append(line + "\n" + line + "\n" + line + "\n" + line + "\n");
    CHECK(appended.bytes == 1000);
    CHECK(appended.error == std::make_error_code(std::errc::file_too_large).message());
  }
  CHECK(file.append(line + "\nlast\n").bytes == 405);
  const std::vector<std::string> expected{line, line, std::string(200, 'x'), line, "last"};
  CHECK(lines_of(bytes_of_file(path)) == expected);
}

TEST_CASE("a journal that was moved or removed is recreated once, accessible only to its owner") {
  const TemporaryFolder folder;
  const std::string path = (folder.path() / "events.jsonl").string();
  JournalFile file(path, Durability::of_process);
  CHECK_FALSE(file.append("1\n").is_reopened);
  std::filesystem::rename(path, path + ".1");
  CHECK(file.append("2\n").is_reopened);
  CHECK_FALSE(file.append("3\n").is_reopened);
  CHECK(bytes_of_file(path + ".1") == "1\n");
  CHECK(bytes_of_file(path) == "2\n3\n");
  std::filesystem::remove(path);
  CHECK(file.append("4\n").is_reopened);
  CHECK(bytes_of_file(path) == "4\n");
  struct stat status = {};
  REQUIRE(::stat(path.c_str(), &status) == 0);
  CHECK((status.st_mode & 077) == 0);
  // copytruncate keeps the file in place.
  std::filesystem::resize_file(path, 0);
  CHECK_FALSE(file.append("5\n").is_reopened);
  CHECK(bytes_of_file(path) == "5\n");
}

TEST_CASE("a journal whose directory is gone is an error, and its later recreation is reported once") {
  const TemporaryFolder folder;
  const std::string path = folder.write("inner/events.jsonl", "");
  JournalFile file(path, Durability::of_process);
  std::filesystem::remove_all(folder.path() / "inner");
  CHECK(append(file, "1") == std::make_error_code(std::errc::no_such_file_or_directory).message());
  std::filesystem::create_directory(folder.path() / "inner");
  CHECK(file.append("2\n").is_reopened);
  CHECK(bytes_of_file(path) == "2\n");
}

TEST_CASE("a pipe without a reader is an error and doesn't end the program") {
  const TemporaryFolder folder;
  const std::string path = (folder.path() / "pipe").string();
  REQUIRE(::mkfifo(path.c_str(), 0600) == 0);
  JournalFile file(path, Durability::of_power);
  CHECK(append(file, "1") == "no program reads this pipe");
  int reader = ::open(path.c_str(), O_RDONLY | O_NONBLOCK);
  REQUIRE(reader >= 0);
  CHECK(append(file, "2").empty());
  char bytes[8] = {};
  CHECK(::read(reader, bytes, sizeof bytes) == 2);
  ::close(reader);
  CHECK(append(file, "3") == "no program reads this pipe");
  reader = ::open(path.c_str(), O_RDONLY | O_NONBLOCK);
  CHECK(append(file, "4").empty());
  CHECK(::read(reader, bytes, sizeof bytes) == 2);
  CHECK(bytes[0] == '4');
  ::close(reader);
}

TEST_CASE("a pipe whose reader is stalled only blocks an append for a while") {
  const TemporaryFolder folder;
  const std::string path = (folder.path() / "pipe").string();
  REQUIRE(::mkfifo(path.c_str(), 0600) == 0);
  const int reader = ::open(path.c_str(), O_RDONLY | O_NONBLOCK);
  REQUIRE(reader >= 0);
  JournalFile file(path, Durability::of_process, std::chrono::milliseconds{20});
  const auto appended = file.append(std::string(4'000'000, 'x') + "\n");
  CHECK(appended.error == "the program that reads this pipe does not keep up");
  CHECK(appended.bytes < 4'000'000);
  // The part of a line that it received is terminated before the next one.
  std::string read(appended.bytes, '\0');
  CHECK(::read(reader, read.data(), read.size()) == static_cast<ssize_t>(read.size()));
  CHECK(append(file, "next").empty());
  read.assign(6, '\0');
  CHECK(::read(reader, read.data(), read.size()) == 6);
  CHECK(read == "\nnext\n");
  ::close(reader);
}

TEST_CASE("lines of several concurrent writers to a journal stay complete") {
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
