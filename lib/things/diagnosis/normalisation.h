#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace alohook {

/// Unicode's normal forms: NFC composes `e` and U+0301 to `é`, NFD takes it apart.
/// Knows the characters of normalisation_table.cpp and Hangul; what it does not know stays.
std::string to_nfc(std::string_view utf8);
std::string to_nfd(std::string_view utf8);

/// `first` and `second` together are canonically `composed`; sorted by the first two.
struct Composition {
  char16_t first, second, composed;
};
std::span<const Composition> compositions();

/// The order in which combining marks stand; sorted by mark.
struct CombiningClass {
  char16_t mark;
  std::uint8_t value;
};
std::span<const CombiningClass> combining_classes();

}  // namespace alohook
