#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace alohook {

inline constexpr std::size_t line_width = 80;       // what every terminal has, and what reads well
inline constexpr std::size_t label_width = 10;      // of the column of labels before a text
inline constexpr std::string_view indent = "    ";  // of what belongs to the line above

/// Wraps text at spaces so that no line is wider than `width` columns, unless a word is. Newlines in it stay.
std::vector<std::string> wrapped(std::string_view text, std::size_t width);

}  // namespace alohook
