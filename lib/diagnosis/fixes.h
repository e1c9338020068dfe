#pragma once
#include <span>
#include <string_view>
#include <vector>

#include "diagnosis/cause_id.h"

namespace alohook {

/// Advice against one cause in one language, or in all when `language` is empty.
struct FixText {
  CauseId cause;
  std::string_view language;
  std::string_view text;
};

/// Returns the advice against a cause, that for all languages first, then one line for each language.
std::vector<FixText> fix_texts(CauseId cause, Situation situation);

/// The languages that fixes are given in, in the order in which they are shown.
std::span<const std::string_view> fix_languages();

}  // namespace alohook
