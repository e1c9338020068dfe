#include "base/spelling.h"

#include <algorithm>
#include <numeric>
#include <string>
#include <utility>
#include <vector>

#include "base/text.h"

namespace alohook {
namespace {

/// The maximum length of a name that is compared; this bounds the work.
constexpr std::size_t longest_name = 200;

}  // namespace

std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> before_last(b.size() + 1);
  std::vector<std::size_t> last(b.size() + 1);
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(last.begin(), last.end(), 0U);
  for (std::size_t i = 1; i <= a.size(); ++i) {
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t replaced = last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
      row[j] = std::min({last[j] + 1, row[j - 1] + 1, replaced});
      const bool swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
      if (swapped) row[j] = std::min(row[j], before_last[j - 2] + 1);
    }
    std::swap(before_last, last);
    std::swap(last, row);
  }
  return last[b.size()];
}

std::string_view nearest(std::string_view name, std::span<const std::string_view> candidates) {
  if (name.empty() || name.size() > longest_name) return {};
  const std::string wanted = lower_case(name);
  // One typing error in a short name, more in a long one; a third of the letters is still the same word.
  std::size_t best = std::max<std::size_t>(1, name.size() / 3) + 1;
  std::string_view found;
  std::string_view containing;
  for (const std::string_view candidate : candidates) {
    const std::size_t difference =
        std::max(candidate.size(), name.size()) - std::min(candidate.size(), name.size());
    const bool is_short = candidate.size() <= longest_name;
    if (difference < best && is_short) {
      const std::size_t distance = edit_distance(wanted, lower_case(candidate));
      if (distance < best) {
        best = distance;
        found = candidate;
      }
    }
    // `created` for `action_created`, `title` for `/action/title`.
    const bool is_better = containing.empty() || candidate.size() < containing.size();
    if (name.size() >= 4 && is_short && is_better &&
        lower_case(candidate).find(wanted) != std::string::npos) {
      containing = candidate;
    }
  }
  return found.empty() ? containing : found;
}

}  // namespace alohook
