#pragma once
#include <cstddef>
#include <string>
#include <string_view>

#include "output/console.h"

namespace alohook {

/// How much of a body is shown, and how. Cutting is on screen only.
struct BodyView {
  std::size_t max_lines = 40;  ///< 0 shows all
  bool as_received = false;    ///< the bytes' own line breaks instead of indented JSON
  std::string_view indent = "    ";
};

/// Shows untrusted bytes for a terminal, each line indented and ended by LF: JSON indented and coloured, with numbers,
/// escapes and the order of keys as they came; other text as text; anything else as a hex dump.
std::string show_body(std::string_view body, const BodyView& view, const Palette& paint);

}  // namespace alohook
