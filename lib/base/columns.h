#pragma once
#include <cstddef>
#include <string>
#include <string_view>

namespace alohook {

/// Returns how many columns of a terminal the text takes: 2 for a wide character, 0 for a combining one, 1 for a byte that
/// isn't UTF-8. The text has no escape sequences.
std::size_t columns_of(std::string_view text);

/// Returns the text, or as much of its beginning as fits into `width` columns with an ellipsis. A width of 0 is no limit.
std::string cut_to(std::string_view text, std::size_t width);

/// Returns the text with spaces behind it up to `width` columns, or cut to them.
std::string padded_to(std::string_view text, std::size_t width);

}  // namespace alohook
