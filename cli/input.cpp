#include "input.h"

#include <fmt/format.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "ground/error.h"
#include "ground/visible.h"

namespace alohook {

std::string read_input(const std::string& path, Context& context) {
  if (path == "-") return {std::istreambuf_iterator<char>(context.in), {}};
  std::error_code ignored;
  std::ifstream file(path, std::ios::binary);
  if (!file || std::filesystem::is_directory(path, ignored)) {
    throw Error(fmt::format("cannot read '{}'", visible(path)),
                "name a readable file, or - for standard input");
  }
  return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace alohook
