#pragma once
#include <string>

#include "check/run.h"
#include "world/context.h"

namespace alohook {

/// `--junit --tap --json --html`: where a run is reported beside what is printed; empty for not at all.
struct ReportOptions {
  std::string junit = {};
  std::string tap = {};
  std::string json = {};
  std::string html = {};
};

/// Writes the files, each whole or not at all, and makes the folders that they need; under GitHub Actions also
/// annotations on stderr and the step's summary. Throws Error for a file that can't be written, after the others are.
void write_reports(const ReportOptions& options, const CheckRun& run, Severity fail_on, Context& context);

}  // namespace alohook
