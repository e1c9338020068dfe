#include "things/diagnosis/normalisation.h"

#include <algorithm>
#include <tuple>
#include <vector>

#include "ground/codec.h"

namespace alohook {
namespace {

// Hangul syllables are computed, after the Unicode standard's section 3.12.
constexpr char32_t syllable_base = 0xAC00, lead_base = 0x1100, vowel_base = 0x1161, tail_base = 0x11A7;
constexpr char32_t lead_count = 19, vowel_count = 21, tail_count = 28;
constexpr char32_t syllable_count = lead_count * vowel_count * tail_count;

std::uint8_t class_of(char32_t c) {
  const auto classes = combining_classes();
  const auto found = std::ranges::lower_bound(classes, c, {}, &CombiningClass::mark);
  return found != classes.end() && found->mark == c ? found->value : std::uint8_t{0};
}

/// The same pairs, sorted by what they make.
const std::vector<Composition>& by_composed() {
  static const std::vector<Composition> sorted = [] {
    std::vector<Composition> pairs(compositions().begin(), compositions().end());
    std::ranges::sort(pairs, {}, &Composition::composed);
    return pairs;
  }();
  return sorted;
}

void decompose(std::u32string& out, char32_t c) {
  if (c >= syllable_base && c < syllable_base + syllable_count) {
    const char32_t index = c - syllable_base;
    out += lead_base + index / (vowel_count * tail_count);
    out += vowel_base + index % (vowel_count * tail_count) / tail_count;
    if (index % tail_count != 0) out += tail_base + index % tail_count;
    return;
  }
  const auto& pairs = by_composed();
  const auto found = std::ranges::lower_bound(pairs, c, {}, &Composition::composed);
  if (found == pairs.end() || found->composed != c) {
    out += c;
    return;
  }
  decompose(out, found->first);
  out += found->second;
}

/// Returns what two characters make together, or 0.
char32_t composed(char32_t first, char32_t second) {
  if (first >= lead_base && first < lead_base + lead_count && second >= vowel_base && second < vowel_base + vowel_count) {
    return syllable_base + ((first - lead_base) * vowel_count + (second - vowel_base)) * tail_count;
  }
  const bool is_open_syllable = first >= syllable_base && first < syllable_base + syllable_count &&
                                (first - syllable_base) % tail_count == 0;
  if (is_open_syllable && second > tail_base && second < tail_base + tail_count) return first + (second - tail_base);
  const auto pairs = compositions();
  const auto key = std::tuple(first, second);
  const auto found = std::ranges::lower_bound(pairs, key, {}, [](const Composition& pair) {
    return std::tuple(char32_t{pair.first}, char32_t{pair.second});
  });
  const bool is_found = found != pairs.end() && found->first == first && found->second == second;
  return is_found ? found->composed : 0;
}

/// Takes all apart and puts each run of marks into canonical order.
std::u32string decomposed(std::string_view utf8) {
  std::u32string text;
  for (std::size_t i = 0; i < utf8.size();) {
    const CodePoint c = code_point_at(utf8, i);
    decompose(text, c.value);
    i += c.length;
  }
  for (std::size_t i = 0; i < text.size(); ++i) {
    std::size_t end = i;
    while (end < text.size() && class_of(text[end]) != 0) ++end;
    std::stable_sort(text.begin() + static_cast<std::ptrdiff_t>(i), text.begin() + static_cast<std::ptrdiff_t>(end),
                     [](char32_t a, char32_t b) { return class_of(a) < class_of(b); });
    i = end;
  }
  return text;
}

std::string utf8_of(const std::u32string& text) {
  std::string out;
  for (const char32_t c : text) append_utf8(out, c);
  return out;
}

}  // namespace

std::string to_nfd(std::string_view utf8) { return utf8_of(decomposed(utf8)); }

std::string to_nfc(std::string_view utf8) {
  std::u32string out;
  std::size_t starter = std::u32string::npos;
  std::uint8_t last_class = 0;
  for (const char32_t c : decomposed(utf8)) {
    const std::uint8_t own_class = class_of(c);
    // A mark of the same or a higher class in between keeps the two apart.
    const bool is_next = starter != std::u32string::npos && starter + 1 == out.size();
    const bool may_compose = starter != std::u32string::npos && (is_next || last_class < own_class);
    const char32_t both = may_compose ? composed(out[starter], c) : 0;
    if (both != 0) {
      out[starter] = both;
      continue;
    }
    if (own_class == 0) starter = out.size();
    last_class = own_class;
    out += c;
  }
  return utf8_of(out);
}

}  // namespace alohook
