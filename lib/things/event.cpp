#include "things/event.h"

#include <algorithm>
#include <numeric>
#include <vector>

#include "ground/json_text.h"
#include "things/challenge.h"

namespace alohook {
namespace {

constexpr EventType table[] = {
    {challenge_type, challenge_type_alias, "the challenge, when a webhook URL is saved"},
    {"action_created", "", "a new action"},
    {"action_updated", "", "an action changed, for example its form data"},
    {"action_status_updated", "action_status_changed",
     "an action's status changed, for example to Completed"},
    {"action_assignment_changed", "", "the users assigned to an action changed"},
    {"action_message_added", "", "a chat message on an action"},
};

/// Longer names are no typing errors; the bound keeps the work small.
constexpr std::size_t longest_name = 200;

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return out;
}

/// Counts the insertions, deletions, replacements and swaps of neighbours that lead from `a` to `b`.
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

}  // namespace

std::span<const EventType> event_types() { return table; }

const EventType* find_event_type(std::string_view name) {
  if (name.empty()) return nullptr;
  const auto found = std::find_if(std::begin(table), std::end(table), [&](const EventType& type) {
    return type.name == name || type.alias == name;
  });
  return found == std::end(table) ? nullptr : found;
}

bool same_event(std::string_view a, std::string_view b) {
  const EventType* type = find_event_type(a);
  return a == b || (type != nullptr && type == find_event_type(b));
}

std::optional<std::string> event_type_of(std::string_view body) {
  const auto json = JsonText::parse(body, {.record_depth = 1});
  if (!json) return std::nullopt;
  const auto type = json->member(JsonText::root, "type");
  if (!type || json->kind(*type) != JsonText::Kind::string) return std::nullopt;
  return unescape_json_string(json->raw(*type));
}

std::string_view nearest(std::string_view name, std::span<const std::string_view> candidates) {
  if (name.empty() || name.size() > longest_name) return {};
  const std::string wanted = lower(name);
  // One typing error in a short name, more in a long one; a third of the letters is still the same word.
  std::size_t best = std::max<std::size_t>(1, name.size() / 3) + 1;
  std::string_view found;
  std::string_view containing;
  for (const std::string_view candidate : candidates) {
    const std::size_t difference =
        std::max(candidate.size(), name.size()) - std::min(candidate.size(), name.size());
    const bool is_short = candidate.size() <= longest_name;
    if (difference < best && is_short) {
      const std::size_t distance = edit_distance(wanted, lower(candidate));
      if (distance < best) {
        best = distance;
        found = candidate;
      }
    }
    // `created` for `action_created`, `title` for `/action/title`.
    const bool is_better = containing.empty() || candidate.size() < containing.size();
    if (name.size() >= 4 && is_short && is_better && lower(candidate).find(wanted) != std::string::npos) {
      containing = candidate;
    }
  }
  return found.empty() ? containing : found;
}

}  // namespace alohook
