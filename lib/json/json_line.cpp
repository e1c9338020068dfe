#include "json/json_line.h"

#include <fmt/compile.h>

#include "base/codec.h"
#include "json/json_string.h"

namespace alohook {

void JsonLine::key(std::string_view name) {
  if (out_.size() > begin_ + 1) out_ += ',';
  out_.append("\"").append(name).append("\":");
}

JsonLine& JsonLine::json(std::string_view name, std::string_view text) {
  key(name);
  out_ += text;
  return *this;
}

JsonLine& JsonLine::string(std::string_view name, std::string_view value) {
  key(name);
  append_json_string(out_, value);
  return *this;
}

JsonLine& JsonLine::number(std::string_view name, std::int64_t value) {
  return json(name, std::to_string(value));
}

JsonLine& JsonLine::boolean(std::string_view name, bool value) {
  return json(name, value ? "true" : "false");
}

JsonLine& JsonLine::milliseconds(std::string_view name, std::int64_t microseconds) {
  const auto size = static_cast<std::uint64_t>(microseconds < 0 ? -microseconds : microseconds);
  return json(name,
              fmt::format(FMT_COMPILE("{}{}.{:03}"), microseconds < 0 ? "-" : "", size / 1000, size % 1000));
}

JsonLine& JsonLine::bytes(std::string_view name, std::string_view value) {
  const std::size_t before = out_.size();
  key(name);
  if (append_json_string_if_utf8(out_, value)) return *this;
  out_.resize(before);
  return string(std::string(name) + "_base64", base64_encode(value));
}

std::string JsonLine::take() {
  out_ += '}';
  return std::move(out_);
}

}  // namespace alohook
