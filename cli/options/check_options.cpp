#include "options/check_options.h"

#include <fmt/format.h>

#include "options/declare.h"
#include "options/language.h"
#include "options/target.h"
#include "sender/shell.h"

namespace alohook {
namespace {

constexpr Choice<Severity> severities[] = {{"must", Severity::must, "required checks only"},
                                           {"should", Severity::should, "recommended checks too"}};

CheckSkip read_skip(const std::string& text) {
  const auto equals = text.find('=');
  if (equals == std::string::npos || equals == 0 || equals + 1 == text.size()) {
    throw bad_value("--skip", "ID=REASON", text);
  }
  return {text.substr(0, equals), text.substr(equals + 1)};
}

FlagRef add_status_option(CommandApp& app, const std::string& name, std::optional<StatusSet>& set,
                          const std::string& help) {
  const auto read = [name, &set](const std::string& text) {
    set = StatusSet::parse(text);
    if (!set) throw bad_value(name, "statuses such as 2xx, 401 or 403,401", text);
  };
  return add_value(app, name, read, {"STATUSES"}, help);
}

void add_choosing_options(CommandApp& app, CheckOptions& options) {
  const FlagGroup group(app, "Checks");
  add_flag(app, "--list", options.is_listing, "List the checks and exit");
  add_value(app, "--only", options.only, {"PATTERN", Offer::check},
            "Run only checks whose id matches, such as 'raw-*'");
  const auto skip = [&options](const std::vector<std::string>& texts) {
    options.skips.clear();
    for (const std::string& text : texts) options.skips.push_back(read_skip(text));
  };
  add_values(app, "--skip", skip, {"ID=REASON", Offer::skip}, "Skip a check, and report the reason");
  add_choice<Severity>(app, "--fail-on", "LEVEL", severities, options.fail_on,
                       "Set which failed checks fail the run")
      .default_str("must");
  add_value(app, "--event", options.event, an_event,
            "Send this event, with its effects, instead of alohook.check");
  add_value(app, "--fixtures", options.fixtures, a_directory, "Add the fixtures in this directory");
  add_flag(app, "--stress", options.with_stress, "Add checks with load and large bodies");
  add_value(app, "--effects-cmd", options.effects_command, {"COMMAND"},
            "Run this command to count how many events have been processed");
  add_value(app, "--effects-url", options.effects_url, {"URL"}, "Get that count from this URL");
  add_flag(app, "--i-own-this", options.owns_target,
           "Allow --event and --stress for a host other than localhost");
  add_duration(app, "--wait", options.wait, "Wait up to this long for the server to accept connections");
}

void add_detail_options(CommandApp& app, CheckOptions& options) {
  add_flag(app, "-v,--verbose", options.is_verbose, "Print each check in detail");
  add_language_option(app, options.language);
  add_value(app, "--explain", options.explained, {"ID", Offer::check},
            "Run one check and explain it in detail");
}

void add_reading_options(CommandApp& app, CheckOptions& options) {
  const FlagGroup group(app, "Responses");
  add_status_option(app, "--accept", options.statuses.accepted, "Set the statuses that mean accepted")
      .default_str("2xx");
  add_status_option(app, "--reject", options.statuses.refused, "Set the statuses that mean rejected")
      .default_str("4xx");
  add_encoding_option(app, options.encoding, "Set the encoding of signatures instead of detecting it");
  add_header_option(app, options.headers);
}

void add_report_options(CommandApp& app, ReportOptions& options) {
  const FlagGroup group(app, "Reports");
  add_value(app, "--junit", options.junit, a_file, "Write a JUnit XML report");
  add_value(app, "--tap", options.tap, a_file, "Write a TAP report");
  add_value(app, "--json", options.json, a_file, "Write a JSON report, as --format json prints it");
  add_value(app, "--html", options.html, a_file, "Write a report as a single HTML page");
}

}  // namespace

TargetOptions default_check_target() {
  return {.url = default_url,
          .client = {.timeout = std::chrono::milliseconds(5000), .max_body_bytes = 1024 * 1024}};
}

std::string check_command(const TargetOptions& target, const SecretOptions& secret, const Context& context) {
  return fmt::format("alohook check {}{}{}", shell_argument(target.url), secret_flags(secret, context).flags,
                     connection_flags(target, {}));
}

void add_check_options(CommandApp& app, CheckOptions& options) {
  add_target_options(app, options.target);
  add_choosing_options(app, options);
  add_detail_options(app, options);
  add_report_options(app, options.reports);
  add_reading_options(app, options);
  add_secret_options(app, options.secret);
  add_output_options(app, options.output);
}

}  // namespace alohook
