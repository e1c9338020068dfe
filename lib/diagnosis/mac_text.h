#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace alohook {

/// One way in which a MAC's text gets spoiled: what is seen, and what to do about it.
struct TextFault {
  std::string note;  ///< goes on after "the right MAC, "
  std::string_view fix = {};
};

/// A signature header's value without what doesn't belong to the digits.
struct BareMac {
  std::string digits;
  std::vector<TextFault> faults;  ///< what was removed, the outermost first
  bool has_version = false;       ///< `v0=` was in front of the digits, where it belongs
};

/// Removes whitespace, quotes, brackets, header names, labels and prefixes, in whatever order they are nested.
BareMac bare_mac(std::string_view value);

/// Joins notes with commas and "and".
std::string joined_notes(const std::vector<TextFault>& faults);

}  // namespace alohook
