#include "output/wrap.h"

#include "base/text.h"

namespace alohook {

std::vector<std::string> wrapped(std::string_view text, std::size_t width) {
  std::vector<std::string> lines(1);
  while (!text.empty()) {
    const auto end = text.find_first_of(" \n");
    const std::string_view word = text.substr(0, end);
    std::string& line = lines.back();
    // Characters stand for columns: near enough for the text that is wrapped here.
    if (!line.empty() && utf8_length(line) + 1 + utf8_length(word) > width) {
      lines.emplace_back(word);
    } else {
      line.append(line.empty() ? "" : " ").append(word);
    }
    if (end == std::string_view::npos) break;
    if (text[end] == '\n') lines.emplace_back();
    text.remove_prefix(end + 1);
  }
  return lines;
}

}  // namespace alohook
