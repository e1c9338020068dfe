#pragma once
#include <cstddef>
#include <span>
#include <string_view>

namespace alohook {

/// Counts the insertions, deletions, replacements and swaps of neighbours that lead from `a` to `b`.
std::size_t edit_distance(std::string_view a, std::string_view b);

/// Returns the candidate nearest to `name` for a "did you mean", or an empty view when none is near.
std::string_view nearest(std::string_view name, std::span<const std::string_view> candidates);

}  // namespace alohook
