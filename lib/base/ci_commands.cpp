#include "base/ci_commands.h"

namespace alohook {

std::string without_github_commands(std::string_view line) {
  std::string out{line};
  // `::` begins a command after any blanks; `##[` does anywhere in a line.
  const std::size_t start = out.find_first_not_of(" \t");
  if (start != std::string::npos && out.compare(start, 2, "::") == 0) out.insert(start, "\\");
  for (std::size_t i = 0; (i = out.find("##[", i)) != std::string::npos; i += 3) out.insert(i + 2, "\\");
  return out;
}

}  // namespace alohook
