#pragma once
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace alohook {

/// Writes one JSON object on one line, keys in the order of the calls, safe to show on a terminal.
/// (nlohmann/json preserves no invalid UTF-8 and doesn't escape for terminals.)
class JsonLine {
 public:
  JsonLine() : JsonLine(std::string()) {}
  /// Appends the object to `before`, whose memory is reused.
  explicit JsonLine(std::string before) : out_(std::move(before)), begin_(out_.size()) { out_ += '{'; }

  JsonLine& string(std::string_view key, std::string_view value);
  JsonLine& number(std::string_view key, std::int64_t value);
  JsonLine& boolean(std::string_view key, bool value);
  JsonLine& milliseconds(std::string_view key, std::int64_t microseconds);
  /// Adds a string, or a string under `<key>_base64` if the bytes are not UTF-8, so that they can be restored exactly.
  JsonLine& bytes(std::string_view key, std::string_view value);
  /// Adds a value that is already JSON text.
  JsonLine& json(std::string_view key, std::string_view text);

  /// Returns the object, after what was before it. Call once, last.
  std::string take();

 private:
  void key(std::string_view name);
  std::string out_;
  std::size_t begin_;  // of the object
};

}  // namespace alohook
