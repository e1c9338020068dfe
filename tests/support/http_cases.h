#pragma once
// The hostile requests of tests/vectors/http, in the notation of its README.
#include <algorithm>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "support/corpora.h"
#include "support/notation.h"

namespace alohook {

/// One line `-> …`: what the server must send next.
struct ExpectedAnswer {
  int lowest = 0;  ///< the status, or the lowest of its class
  int highest = 0;
  std::string event;     ///< for a 200: method, target and body, as echoed by the test's handler
  bool has_body = true;  ///< false for HEAD
};

struct HttpCase {
  std::string name;
  std::string bytes;
  std::vector<ExpectedAnswer> answers;
  bool is_half = false;  ///< the last response is only sent because the connection ends
};

/// Parses the part after `-> `.
inline ExpectedAnswer expected_answer(std::string_view line) {
  const int status = line[1] == 'x' ? (line[0] - '0') * 100 : std::stoi(std::string(line.substr(0, 3)));
  ExpectedAnswer answer{.lowest = status, .highest = line[1] == 'x' ? status + 99 : status, .event = {}};
  if (status != 200) return answer;
  line.remove_prefix(4);
  answer.has_body = line.ends_with('"');
  const std::size_t quote = answer.has_body ? line.find(" \"") : line.size();
  answer.event = Notation(line.substr(0, quote)).bytes() + " ";
  if (answer.has_body) answer.event += Notation(line.substr(quote + 2, line.size() - quote - 3)).bytes();
  return answer;
}

/// Returns all cases, in the order of their files.
inline std::vector<HttpCase> http_cases() {
  std::vector<HttpCase> cases;
  for (const auto& file :
       files_in(std::filesystem::path(ALOHOOK_SOURCE_DIR) / "tests" / "vectors" / "http")) {
    if (file.extension() != ".txt") continue;
    for (const std::string& line : split_text(read_bytes(file), '\n')) {
      if (line.empty() || line.starts_with('#')) continue;
      if (line.starts_with("== ")) {
        cases.push_back({.name = line.substr(3), .bytes = {}, .answers = {}});
      } else if (line.starts_with('|')) {
        Notation text(std::string_view(line).substr(std::min<std::size_t>(2, line.size())));
        cases.back().bytes += text.bytes();
        if (!text.is_joined()) cases.back().bytes += "\r\n";
      } else if (line.starts_with("-> ")) {
        cases.back().answers.push_back(expected_answer(std::string_view(line).substr(3)));
        cases.back().is_half = line.ends_with(" at the end");
      } else {
        throw std::runtime_error(file.filename().string() + ": " + line);
      }
    }
  }
  return cases;
}

}  // namespace alohook
