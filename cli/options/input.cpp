#include "options/input.h"

#include <fmt/format.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <system_error>

#include "base/error.h"

namespace alohook {

std::string read_file(const std::string& path) {
  std::error_code ignored;
  errno = 0;
  std::ifstream file(path, std::ios::binary);
  const bool is_directory = std::filesystem::is_directory(path, ignored);
  if (!file || is_directory) {
    throw Error(fmt::format("can't read '{}': {}", path, std::strerror(is_directory ? EISDIR : errno)));
  }
  return {std::istreambuf_iterator<char>(file), {}};
}

std::string read_input(const std::string& path, Context& context) {
  if (path == "-" && context.in_is_terminal) {
    context.err << "reading the body from standard input; end with Ctrl-D\n" << std::flush;
  }
  if (path == "-") return {std::istreambuf_iterator<char>(context.in), {}};
  return read_file(path);
}

}  // namespace alohook
