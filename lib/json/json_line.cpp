#include "json/json_line.h"

#include <fmt/format.h>

#include "base/codec.h"
#include "json/json_text.h"

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
  return json(name, fmt::format("{:.3f}", static_cast<double>(microseconds) / 1000));
}

JsonLine& JsonLine::bytes(std::string_view name, std::string_view value) {
  if (is_utf8(value)) return string(name, value);
  return string(fmt::format("{}_base64", name), base64_encode(value));
}

std::string JsonLine::take() {
  out_ += '}';
  return std::move(out_);
}

}  // namespace alohook
