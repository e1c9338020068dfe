#pragma once
#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "check/run.h"
#include "check/settings.h"
#include "options/flags.h"
#include "options/secrets.h"
#include "output/check_reports.h"

namespace alohook {

/// Returns the target of `check` without flags: shorter time limits and responses than elsewhere.
TargetOptions default_check_target();

/// The flags of `alohook check`.
struct CheckOptions {
  OutputOptions output;
  SecretOptions secret;
  TargetOptions target = default_check_target();
  std::optional<Encoding> encoding;
  StatusReading statuses;
  std::vector<std::string> headers;
  bool is_listing = false;
  bool is_verbose = false;
  std::string language;   ///< of the fixes; empty: the project's
  std::string explained;  ///< the id of the one check to run in detail
  std::vector<std::string> only;
  std::vector<CheckSkip> skips;
  Severity fail_on = Severity::must;
  std::chrono::milliseconds wait{0};
  std::string event;
  std::string fixtures;
  bool with_stress = false;
  std::string effects_command;
  std::string effects_url;
  bool owns_target = false;
  ReportOptions reports;
};

/// Returns the command that checks the same target with the same secret, for a POSIX shell.
std::string check_command(const TargetOptions& target, const SecretOptions& secret, const Context& context);

/// Declares the flags, which set `options`.
void add_check_options(CommandApp& app, CheckOptions& options);

}  // namespace alohook
