#pragma once
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace alohook {

/// Returns whether a JSON string, on a terminal too, can hold the character as it is: printable ASCII other than the
/// quote and the backslash.
constexpr bool is_plain_in_json(char c) { return c >= ' ' && c < 0x7F && c != '"' && c != '\\'; }

/// Returns where the run of such characters from `begin` on ends. Most of a body and of a header is such runs, so it
/// looks at eight bytes at a time.
inline std::size_t end_of_plain_run(std::string_view text, std::size_t begin) {
  constexpr std::uint64_t ones = 0x0101'0101'0101'0101;
  constexpr std::uint64_t high_bits = ones << 7;
  for (; text.size() - begin >= sizeof(std::uint64_t); begin += sizeof(std::uint64_t)) {
    std::uint64_t word = 0;
    std::memcpy(&word, text.data() + begin, sizeof word);
    // Sets the high bit of each byte that ends the run: below a blank; equal to a quote, a backslash or DEL; not ASCII.
    // A borrow can set further ones, but only above a byte that ends it.
    const std::uint64_t ends = (word - ones * ' ') | ((word ^ (ones * '"')) - ones) |
                               ((word ^ (ones * '\\')) - ones) | ((word ^ (ones * 0x7F)) - ones) | word;
    if ((ends & high_bits) == 0) continue;
    if constexpr (std::endian::native == std::endian::little)
      return begin + static_cast<std::size_t>(std::countr_zero(ends & high_bits)) / 8;
    break;
  }
  while (begin < text.size() && is_plain_in_json(text[begin])) ++begin;
  return begin;
}

}  // namespace alohook
