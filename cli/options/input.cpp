#include "options/input.h"

#include <fmt/format.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "base/error.h"

namespace alohook {

std::string read_file(const std::string& path) {
  std::error_code ignored;
  std::ifstream file(path, std::ios::binary);
  if (!file || std::filesystem::is_directory(path, ignored)) {
    throw Error(fmt::format("cannot read '{}'", path), "name a file that is there and readable");
  }
  return {std::istreambuf_iterator<char>(file), {}};
}

std::string read_input(const std::string& path, Context& context) {
  if (path == "-") return {std::istreambuf_iterator<char>(context.in), {}};
  return read_file(path);
}

}  // namespace alohook
