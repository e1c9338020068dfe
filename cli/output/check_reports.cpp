// What `alohook check` leaves behind for other programs.
#include "output/check_reports.h"

#include <fmt/format.h>

#include <cerrno>
#include <filesystem>
#include <fstream>
#include <optional>
#include <ostream>
#include <system_error>

#include "base/error.h"
#include "report/github.h"
#include "report/html.h"
#include "report/json.h"
#include "report/junit.h"
#include "report/tap.h"
#include "world/replace_file.h"

namespace alohook {
namespace {

namespace fs = std::filesystem;

[[noreturn]] void fail(const std::string& path, const std::string& why) {
  throw Error(fmt::format("can't write the report '{}': {}", path, why));
}

/// Returns what a link at `path` points to, whether it is there or not; otherwise `path`.
std::string target_of_link(const fs::path& path) {
  std::error_code error;
  const fs::path target = fs::read_symlink(path, error);
  return error ? path.string() : fs::weakly_canonical(path.parent_path() / target).string();
}

/// Writes a file at once: readers never see half of it. Pipes, devices and open descriptors are written directly, and
/// links are followed.
void write_file(const std::string& path, const std::string& bytes, Context& context) {
  if (path == "/dev/stdout") {
    context.out << bytes << std::flush;  // at the place where the output is, also in a file
    return;
  }
  std::error_code error;
  const fs::path folder = fs::path(path).parent_path();
  if (!folder.empty()) fs::create_directories(folder, error);
  if (error) fail(path, error.message());
  if (path.starts_with("/dev/") || (fs::exists(path, error) && !fs::is_regular_file(path, error))) {
    errno = 0;
    std::ofstream file(path, std::ios::binary);
    file << bytes;
    file.close();
    if (!file) fail(path, std::generic_category().message(errno == 0 ? EIO : errno));
    return;
  }
  replace_file(target_of_link(path), bytes, 0666, error);
  if (error) fail(path, error.message());
}

bool is_github(const Context& context) { return context.environment("GITHUB_ACTIONS") == "true"; }

/// Others in the same step may have written to it before.
void append_summary(const std::string& path, const CheckRun& run, Severity fail_on) {
  std::error_code error;
  const auto size = fs::file_size(path, error);
  const std::size_t used = error ? 0 : static_cast<std::size_t>(size);
  if (used >= github_summary_limit) return;
  std::ofstream file(path, std::ios::binary | std::ios::app);
  file << github_summary(run, fail_on, github_summary_limit - used);
  file.close();
  if (!file) fail(path, "it may not be written");
}

}  // namespace

void write_reports(const ReportOptions& options, const CheckRun& run, Severity fail_on, Context& context) {
  if (is_github(context)) context.err << github_annotations(run, fail_on) << std::flush;
  // One that can't be written does not keep the others from it.
  std::optional<Error> failure;
  const auto leave = [&](const std::string& path, auto&& write_to) {
    try {
      if (!path.empty()) write_to();
    } catch (const Error& error) {
      if (!failure) failure = error;
    }
  };
  leave(options.junit, [&] { write_file(options.junit, junit_report(run, fail_on), context); });
  leave(options.tap, [&] { write_file(options.tap, tap_report(run, fail_on), context); });
  leave(options.json, [&] { write_file(options.json, json_report(run, fail_on), context); });
  leave(options.html, [&] { write_file(options.html, html_report(run, fail_on), context); });
  const std::string summary =
      is_github(context) ? context.environment("GITHUB_STEP_SUMMARY").value_or("") : "";
  leave(summary, [&] { append_summary(summary, run, fail_on); });
  if (failure) throw Error(*failure);
}

}  // namespace alohook
