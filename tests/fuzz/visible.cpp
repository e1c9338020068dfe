// Text for a terminal contains nothing that a terminal interprets.
#include "base/visible.h"

#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "base/codec.h"

namespace {

using namespace alohook;

void check(std::string_view shown, std::string_view may_hold) {
  if (!is_utf8(shown)) std::abort();
  for (std::size_t i = 0; i < shown.size();) {
    const CodePoint point = code_point_at(shown, i);
    const bool is_c0_or_c1 = point.value < 0x20 || (point.value >= 0x7f && point.value < 0xa0);
    if (is_c0_or_c1 && may_hold.find(shown[i]) == std::string_view::npos) std::abort();
    if (point.value >= 0x202a && point.value <= 0x202e) std::abort();
    if (point.value >= 0x2066 && point.value <= 0x2069) std::abort();
    i += point.length;
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const std::string shown = visible(bytes);
  check(shown, "");
  check(visible_lines(bytes), "\n");
  check(hex_dump(bytes, 10), "\n");
  if (visible(shown) != shown || is_plain(bytes) != (shown == bytes)) std::abort();
  return 0;
}
