#include "base/columns.h"

#include <utf8proc.h>

#include <algorithm>

#include "base/codec.h"

namespace alohook {
namespace {

struct Step {
  std::size_t bytes;
  std::size_t columns;
};

Step step_at(std::string_view text, std::size_t at) {
  if (static_cast<unsigned char>(text[at]) < 0x80) return {1, 1};
  const CodePoint point = code_point_at(text, at);
  if (!point.valid) return {point.length, 1};
  const int width = utf8proc_charwidth(static_cast<utf8proc_int32_t>(point.value));
  return {point.length, static_cast<std::size_t>(std::clamp(width, 0, 2))};
}

/// Returns the number of bytes at the beginning that fit into `width` columns.
std::size_t fitting(std::string_view text, std::size_t width) {
  std::size_t columns = 0;
  for (std::size_t at = 0; at < text.size();) {
    const Step step = step_at(text, at);
    columns += step.columns;
    if (columns > width) return at;
    at += step.bytes;
  }
  return text.size();
}

}  // namespace

std::size_t columns_of(std::string_view text) {
  std::size_t columns = 0;
  for (std::size_t at = 0; at < text.size();) {
    const Step step = step_at(text, at);
    columns += step.columns;
    at += step.bytes;
  }
  return columns;
}

std::string cut_to(std::string_view text, std::size_t width) {
  if (width == 0 || fitting(text, width) == text.size()) return std::string(text);
  return std::string(text.substr(0, fitting(text, width - 1))) + "…";
}

std::string padded_to(std::string_view text, std::size_t width) {
  std::string out = cut_to(text, width);
  const std::size_t columns = columns_of(out);
  if (columns < width) out.append(width - columns, ' ');
  return out;
}

}  // namespace alohook
