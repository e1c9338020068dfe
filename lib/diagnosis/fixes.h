#pragma once
#include <span>
#include <string_view>
#include <vector>

#include "diagnosis/cause_id.h"

namespace alohook {

/// Advice for one cause in one language, or for all languages if `language` is empty.
struct FixText {
  CauseId cause;
  std::string_view language;
  std::string_view text;
};

/// Returns the advice for a cause: first for all languages, then one line per language.
std::vector<FixText> fix_texts(CauseId cause, Situation situation);

/// Returns the languages of the fixes, in display order.
std::span<const std::string_view> fix_languages();

}  // namespace alohook
