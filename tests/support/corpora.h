#pragma once
// Test data from other sources: recordings in tests/vectors, and corpora that only some machines have.
#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace alohook {

/// Returns the corpus with this name, or nullopt: then the test warns and ends.
inline std::optional<std::filesystem::path> corpus(const std::string& name) {
  const char* shared = std::getenv("ALOHOOK_SHARED");
  const std::filesystem::path folder = shared != nullptr
                                           ? std::filesystem::path(shared)
                                           : std::filesystem::path(ALOHOOK_SOURCE_DIR) / ".." / "shared";
  const auto path = folder / "corpora" / name;
  std::error_code ignored;
  if (!std::filesystem::exists(path, ignored)) return std::nullopt;
  return path;
}

inline std::string read_bytes(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) throw std::runtime_error("cannot read " + path.string());
  return {std::istreambuf_iterator<char>(file), {}};
}

/// Returns the files of a directory, sorted by name.
inline std::vector<std::filesystem::path> files_in(const std::filesystem::path& folder) {
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  return files;
}

inline std::vector<std::string> split_text(std::string_view text, char separator) {
  std::vector<std::string> parts;
  while (true) {
    const auto end = text.find(separator);
    parts.emplace_back(text.substr(0, end));
    if (end == std::string_view::npos) return parts;
    text.remove_prefix(end + 1);
  }
}

/// Returns the rows of a file with tab-separated values in tests/vectors.
inline std::vector<std::vector<std::string>> recorded(const std::string& name) {
  std::vector<std::vector<std::string>> rows;
  const std::string text = read_bytes(std::filesystem::path(ALOHOOK_SOURCE_DIR) / "tests" / "vectors" / name);
  for (const std::string& line : split_text(text, '\n')) {
    if (!line.empty()) rows.push_back(split_text(line, '\t'));
  }
  return rows;
}

/// Decodes bytes from pairs of hex digits with the standard library instead of the code under test.
inline std::string from_hex(std::string_view digits) {
  std::string bytes;
  for (std::size_t i = 0; i + 1 < digits.size(); i += 2) {
    bytes.push_back(static_cast<char>(std::stoi(std::string(digits.substr(i, 2)), nullptr, 16)));
  }
  return bytes;
}

}  // namespace alohook
