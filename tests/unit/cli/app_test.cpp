// Runs the commands of tests/transcripts/*.txt in-process and compares their output, line by line. With
// ALOHOOK_REWRITE_TRANSCRIPTS=1, writes the current output to the files, so that you can review the diff.
//
//   # a comment                      @ env NAME=VALUE            @ file NAME "JSON string with the bytes"
//                                    @ unset NAME
//   $ alohook …                      @ answer right              @ answer STATUS TYPE "JSON string with the body"
//   2> a line of stderr              @ answer reserializing      @ answer never refused "what happened"
//   [exit 0]                         @ stdin "JSON string"       @ answer redirect STATUS "Location"
//                                                                @ colour (a terminal)
#include <stdlib.h>
#include <time.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <regex>
#include <sstream>

#include "base/error.h"
#include "support/catch.hpp"
#include "support/world.h"

namespace alohook {
namespace {

namespace fs = std::filesystem;

/// Splits like a shell, as far as transcripts need it: spaces, and single or double quotes.
std::vector<std::string> words_of(const std::string& line) {
  std::vector<std::string> words;
  std::string word;
  bool is_word = false;
  char quote = '\0';
  for (const char c : line) {
    if (quote != '\0' && c == quote) {
      quote = '\0';
    } else if (quote == '\0' && (c == '\'' || c == '"')) {
      quote = c;
      is_word = true;
    } else if (quote == '\0' && c == ' ') {
      if (is_word) words.push_back(std::exchange(word, {}));
      is_word = false;
    } else {
      word += c;
      is_word = true;
    }
  }
  if (is_word) words.push_back(word);
  return words;
}

std::string text_of(const std::string& json_string) {
  return nlohmann::json::parse(json_string).get<std::string>();
}

/// Returns the rest of `line` after `prefix`, if it starts with it.
std::optional<std::string> after(const std::string& line, std::string_view prefix) {
  if (!line.starts_with(prefix)) return std::nullopt;
  return line.substr(prefix.size());
}

/// Runs one file and returns it with the commands' actual output.
class Player {
 public:
  Player() : before_(fs::current_path()) {
    fs::current_path(world_.home.path());
    ::setenv("TZ", "UTC0", 1);  // times are displayed in the local time zone
    ::tzset();
    world_.run({"--version"});
    const std::string shown = world_.out.str();  // `alohook 1.2.3`
    version_ = shown.substr(shown.find(' ') + 1, shown.find('\n') - shown.find(' ') - 1);
  }
  ~Player() { fs::current_path(before_); }

  std::string play(const std::string& transcript) {
    std::istringstream lines(transcript);
    std::string line;
    while (std::getline(lines, line)) {
      const bool is_kept =
          line.empty() || line.starts_with("#") || line.starts_with("@ ") || line.starts_with("$ ");
      if (line.empty() && is_in_output_) continue;
      if (!is_kept) continue;
      if (is_in_output_ && (line.starts_with("#") || line.starts_with("@ ") || line.starts_with("$ ")))
        played_ << '\n';
      is_in_output_ = false;
      played_ << line << '\n';
      if (const auto command = after(line, "$ alohook")) run(*command);
      if (const auto setting = after(line, "@ ")) set(*setting);
    }
    return played_.str();
  }

 private:
  void set(const std::string& setting) {
    std::istringstream words(setting);
    std::string kind;
    words >> kind >> std::ws;
    std::string rest;
    std::getline(words, rest);
    if (kind == "env") {
      world_.environment[rest.substr(0, rest.find('='))] = rest.substr(rest.find('=') + 1);
    } else if (kind == "unset") {
      world_.environment.erase(rest);
    } else if (kind == "file") {
      const auto blank = rest.find(' ');
      world_.home.write(rest.substr(0, blank), text_of(rest.substr(blank + 1)));
    } else if (kind == "stdin") {
      world_.in.str(text_of(rest));
    } else if (kind == "colour") {
      world_.out_is_terminal = true;
    } else if (kind == "answer") {
      answer(rest);
    } else {
      FAIL("unknown setting: " << setting);
    }
  }

  void answer(const std::string& text) {
    std::istringstream words(text);
    std::string first, second, rest;
    words >> first >> second >> std::ws;
    std::getline(words, rest);
    if (first == "right" || first == "reserializing") {
      const ReceiverPolicy policy{
          .secrets = {Secret(world_.environment["ALOHOOK_SECRET"])}, .verification = {}, .path = {}};
      world_.answer =
          first == "right" ? right_receiver(policy, world_.now) : reserializing_receiver(policy, world_.now);
    } else if (first == "never") {
      world_.answer =
          never(second == "timed-out" ? SendError::Kind::timed_out : SendError::Kind::refused, text_of(rest));
    } else if (first == "redirect") {
      world_.answer = always({std::stoi(second), {}, {{"Location", text_of(rest)}}, {}});
    } else {
      Response response{std::stoi(first), {}, {{"Content-Type", second}}, text_of(rest)};
      world_.answer = always(response);
    }
  }

  void run(const std::string& command) {
    world_.out.str("");
    world_.err.str("");
    const int code = world_.run(words_of(command));
    add_output("", world_.out.str());
    add_output("2> ", world_.err.str());
    played_ << "[exit " << code << "]\n";
    is_in_output_ = true;
  }

  void add_output(std::string_view prefix, std::string text) {
    const std::string home = world_.home.path().string();
    for (auto at = text.find(home); at != std::string::npos; at = text.find(home))
      text.replace(at, home.size(), "~");
    for (auto at = text.find(version_); at != std::string::npos; at = text.find(version_))
      text.replace(at, version_.size(), "VERSION");
    // The time that a run of checks takes is real, and each new check changes the number of requests.
    static const std::regex of_run("[0-9]+ requests, [0-9.]+ (µs|ms|s)\\b");
    std::istringstream lines(std::regex_replace(text, of_run, "N requests, TIME"));
    std::string line;
    while (std::getline(lines, line)) played_ << prefix << (line.empty() ? "·" : line) << '\n';
  }

  World world_;
  std::string version_;
  fs::path before_;
  std::ostringstream played_;
  bool is_in_output_ = false;
};

TEST_CASE("every transcript prints what its file says") {
  const fs::path folder = fs::path(ALOHOOK_SOURCE_DIR) / "tests" / "transcripts";
  const bool is_rewriting = std::getenv("ALOHOOK_REWRITE_TRANSCRIPTS") != nullptr;
  std::size_t count = 0;
  for (const auto& entry : fs::directory_iterator(folder)) {
    if (entry.path().extension() != ".txt") continue;
    ++count;
    const std::string expected = bytes_of_file(entry.path());
    const std::string played = Player().play(expected);
    if (is_rewriting) std::ofstream(entry.path(), std::ios::binary) << played;
    INFO("transcript: " << entry.path().filename());
    CHECK(played == (is_rewriting ? played : expected));
  }
  CHECK(count > 0);
}

}  // namespace
}  // namespace alohook
