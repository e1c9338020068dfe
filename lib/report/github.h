#pragma once
#include <cstddef>
#include <string>
#include <string_view>

#include "check/run.h"

// What a run says to GitHub Actions.
namespace alohook {

/// Writes workflow commands, one a line: `::error title=…::…` for what makes the run fail, `::warning` for the other
/// failures; of each at most nine and one that says how many more there are, because GitHub shows ten of a kind.
std::string github_annotations(const CheckRun& run, Severity fail_on);

/// The size above which GitHub drops a step's summary whole, in bytes.
inline constexpr std::size_t github_summary_limit = 1024 * 1024;

/// Writes the step's summary in Markdown, in at most `room` bytes: what does not fit is left out, and said so; empty
/// when not even that fits.
std::string github_summary(const CheckRun& run, Severity fail_on, std::size_t room = github_summary_limit);

}  // namespace alohook
