#pragma once
#include <cstddef>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "check/check.h"
#include "output/console.h"

namespace alohook {

/// Formats the list of checks for people, one a line.
std::string show_checks(const std::vector<CheckInfo>& checks, const Palette& paint);
std::string check_info_json(const CheckInfo& info);

/// Formats what a check is about: what a correct server does, why it matters, and where the rule comes from. `width` is
/// the number of columns, 0 for no limit.
std::string explain_check(const CheckInfo& info, std::size_t width, const Palette& paint);

/// Formats one check after the other as they end, in detail: `✓ raw-newlines  title  3 ms`, and all that is known of one
/// that failed. What several have in common is said once: many are inconclusive for one reason, or fail for one bug.
class OutcomeView {
 public:
  /// `language` chooses the fixes (`Node`); empty: all.
  OutcomeView(std::size_t width, std::string_view language) : width_(width), language_(language) {}

  std::string show(const CheckOutcome& outcome, const Palette& paint);

 private:
  std::string paragraph(std::string_view label, std::string_view text, const Palette& paint) const;
  std::string show_failure(const CheckOutcome& outcome, const Palette& paint);
  std::string show_reason(const CheckOutcome& outcome, const Palette& paint) const;
  std::string show_fixes(const std::vector<Fix>& fixes, const Palette& paint) const;

  std::size_t width_;
  std::string_view language_;
  std::string last_reason_, last_why_;
  std::set<std::string> explained_;
};

/// How a whole run is shown.
struct RunView {
  Severity fail_on = Severity::must;  ///< the least severity that is required
  std::size_t width = 0;              ///< columns; 0: no limit
  std::string_view language = {};     ///< `Node`: the fixes for it; empty: only those that hold for all
  std::string secret_advice = {};     ///< how to make the server use the same secret
};

/// Formats a run at a glance: the verdict first, then what is wrong by its cause, at most some 20 lines.
std::string show_run(const CheckRun& run, const RunView& view, const Palette& paint);

}  // namespace alohook
