#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace alohook {

inline constexpr std::size_t line_width = 80;  // what every terminal has, and what reads well

/// Breaks text at blanks so that no line has more than `width` columns, unless one word has. Line ends in it stay.
std::vector<std::string> wrapped(std::string_view text, std::size_t width);

}  // namespace alohook
