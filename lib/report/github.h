#pragma once
#include <cstddef>
#include <string>
#include <string_view>

#include "check/run.h"

// A run's output for GitHub Actions.
namespace alohook {

/// Returns workflow commands, one per line: `::error title=…::…` for failures that make the run fail, and `::warning`
/// for the others. GitHub shows only ten of each kind, so there are at most nine, plus one with the number of remaining
/// ones.
std::string github_annotations(const CheckRun& run, Severity fail_on);

/// The size in bytes above which GitHub discards a step's entire summary.
inline constexpr std::size_t github_summary_limit = 1024 * 1024;

/// Returns the step's summary as Markdown, in at most `room` bytes. If something is omitted, the summary says so. Empty
/// if not even that fits.
std::string github_summary(const CheckRun& run, Severity fail_on, std::size_t room = github_summary_limit);

}  // namespace alohook
