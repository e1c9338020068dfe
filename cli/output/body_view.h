#pragma once
#include <cstddef>
#include <string>
#include <string_view>

#include "output/console.h"

namespace alohook {

/// How much of a body is shown, and how. Cutting is on screen only.
struct BodyView {
  std::size_t max_lines = 40;  ///< 0 shows all; else at least 3
  bool as_received = false;    ///< the bytes' own line breaks instead of indented JSON
  std::string_view indent = "    ";
  std::size_t width = 0;  ///< columns of a line, the indent included; 0: no limit
  std::size_t max_value =
      4096;  ///< bytes of one JSON string or line, so that it can't fill a terminal; 0: no limit
  std::string remedy = "--max-lines 0 shows all";  ///< how to see the lines that were left out
};

/// Shows untrusted bytes for a terminal, each line indented and ended by LF: JSON indented and colored, with numbers,
/// escapes and the order of keys as they came; other text as text; anything else as a hex dump. What has no room is
/// counted on the last line.
std::string show_body(std::string_view body, const BodyView& view, const Palette& paint);

}  // namespace alohook
