#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace alohook {

/// One way in which a MAC's text was altered: a description, and what to do about it.
struct TextFault {
  std::string note;  ///< continues "the right MAC, "
  std::string_view fix = {};
};

/// A signature header's value, reduced to its digits.
struct BareMac {
  std::string digits;
  std::vector<TextFault> faults;  ///< what was removed, the outermost first
  bool has_version = false;       ///< the digits were correctly preceded by `v0=`
};

/// Removes whitespace, quotes, brackets, header names, labels and prefixes, however they are nested.
BareMac bare_mac(std::string_view value);

/// Joins notes with commas and "and".
std::string joined_notes(const std::vector<TextFault>& faults);

}  // namespace alohook
