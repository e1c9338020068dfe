#pragma once
// How tests/vectors represent bytes as text: `\x1b`, `\r`, `\s`, `{a*70000}`; see tests/vectors/http/README.md.
#include <stdexcept>
#include <string>
#include <string_view>

namespace alohook {

/// Reads escapes and repetitions; a `\` at the very end is left out and told.
class Notation {
 public:
  explicit Notation(std::string_view text) : rest_(text) {}

  std::string bytes() {
    std::string out;
    while (!rest_.empty()) out += rest_.front() == '{' ? repetition() : next();
    return out;
  }
  bool is_joined() const { return joined_; }

 private:
  /// `{text*N}`: the text ends at the first `*` that is followed by digits and a brace.
  std::string repetition() {
    std::size_t star = 0;
    std::size_t end = 0;
    do {
      star = rest_.find('*', star + 1);
      if (star == rest_.npos) throw std::runtime_error("a '{' without its '*N}'");
      end = rest_.find_first_not_of("0123456789", star + 1);
    } while (end == star + 1 || end == rest_.npos || rest_[end] != '}');
    const std::string text = Notation(rest_.substr(1, star - 1)).bytes();
    std::string out;
    for (auto left = std::stoul(std::string(rest_.substr(star + 1, end - star - 1))); left > 0; --left)
      out += text;
    rest_.remove_prefix(end + 1);
    return out;
  }
  std::string next() {
    const char c = rest_.front();
    rest_.remove_prefix(1);
    if (c != '\\') return {c};
    if (rest_.empty()) {
      joined_ = true;
      return {};
    }
    const char escaped = rest_.front();
    rest_.remove_prefix(1);
    switch (escaped) {
      case 'r':
        return "\r";
      case 'n':
        return "\n";
      case 't':
        return "\t";
      case 's':
        return " ";
      case '0':
        return std::string(1, '\0');
      case 'x': {
        const std::string digits(rest_.substr(0, 2));
        rest_.remove_prefix(2);
        return {static_cast<char>(std::stoi(digits, nullptr, 16))};
      }
      default:
        return {escaped};
    }
  }

  std::string_view rest_;
  bool joined_ = false;
};

}  // namespace alohook
