// `alohook verify`: is the signature on this request right, and if not, why not?
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <chrono>
#include <memory>

#include "base/error.h"
#include "base/visible.h"
#include "commands.h"
#include "http/request_text.h"
#include "journal/har.h"
#include "journal/recording.h"
#include "options/flags.h"
#include "options/input.h"
#include "options/secrets.h"
#include "output/diagnosis_view.h"

namespace alohook {
namespace {

constexpr std::chrono::seconds search_time{
    20};  // a body of 10 MiB may take that long; small ones take milliseconds

struct Options {
  OutputOptions output;
  SecretOptions secret;
  VerificationPolicy policy;
  std::chrono::milliseconds tolerance = default_tolerance;
  std::string file = "-";
  std::string http_file;
  std::string har_file;
  std::string id;
  std::string signature;
  std::string timestamp;
  std::string mine;
  std::string now;
  bool is_expected_shown = false;
};

/// Judges the age at `--now`, else at the time it was recorded, else now.
Time moment(const Options& options, const CapturedRequest& captured, const Context& context) {
  if (options.now.empty()) return captured.at && !options.id.empty() ? *captured.at : context.now();
  if (const auto time = parse_iso8601(options.now)) return *time;
  if (const auto seconds = parse_timestamp(options.now)) return Time{std::chrono::seconds{*seconds}};
  throw Error(fmt::format("'{}' is not a time", options.now), "write Unix seconds or 2026-11-23T17:00:00Z");
}

CapturedRequest request_of_flags(const Options& options, Context& context) {
  CapturedRequest captured;
  captured.request.body = read_input(options.file, context);
  if (!options.timestamp.empty())
    captured.request.headers.push_back({std::string(timestamp_header), options.timestamp});
  if (!options.signature.empty())
    captured.request.headers.push_back({std::string(signature_header), options.signature});
  return captured;
}

std::vector<CapturedRequest> requests_to_verify(const Options& options, Console& console, Context& context) {
  if (!options.id.empty()) {
    Recording recording(options.file, context.in, console.notes());
    RecordedEvent event = std::move(find_events({options.id}, recording).front());
    return {{.request = std::move(event.request), .at = event.received_at}};
  }
  if (!options.http_file.empty()) {
    auto captured = read_http_text(read_input(options.http_file, context));
    if (captured) return {std::move(*captured)};
    throw Error(fmt::format("'{}' holds no HTTP request", options.http_file),
                "the text starts with a request line or headers, then an empty line, then the body");
  }
  if (!options.har_file.empty()) {
    auto requests = read_har(read_input(options.har_file, context));
    std::erase_if(requests, [](const auto& r) { return !header_value(r.request.headers, signature_header); });
    if (requests.empty()) {
      throw Error(fmt::format("no request in '{}' has a signature", options.har_file),
                  fmt::format("looked for the header {}", signature_header));
    }
    return requests;
  }
  if (options.signature.empty() && options.mine.empty()) {
    throw Error("there is no signature to verify",
                "give --signature and --timestamp, or a whole request with --http");
  }
  return {request_of_flags(options, context)};
}

Diagnosis examine(const Request& request, const Options& options, const Secrets& secrets, Time now) {
  const DiagnosisInput input{.secrets = secrets,
                             .headers = request.headers,
                             .body = request.body,
                             .now = now,
                             .policy = options.policy};
  const auto deadline = std::chrono::steady_clock::now() + search_time;
  const DiagnosisLimits limits{
      .out_of_time = [deadline] { return std::chrono::steady_clock::now() > deadline; }};
  return options.mine.empty() ? diagnose(input, limits) : diagnose_mine(input, options.mine, limits);
}

/// The MAC that would be right, for the developer's own eyes on his own terminal.
std::string show_expected(const Request& request, const Secrets& secrets) {
  const auto timestamp = header_value(request.headers, timestamp_header);
  if (!timestamp) return "expected  cannot be told without a timestamp\n";
  return fmt::format("expected  {}\n", encode(mac(secrets.front(), *timestamp, request.body), Encoding::v0));
}

int run(Options& options, Context& context) {
  Console console = make_console(options.output, context);
  if (options.is_expected_shown && (!context.out_is_terminal || options.output.format != Format::human)) {
    throw Error("--show-expected is for a terminal only",
                "whoever reads the expected signature can forge the request");
  }
  options.policy.tolerance = std::chrono::floor<std::chrono::seconds>(options.tolerance);
  const Secrets secrets = load_secrets(options.secret, context);
  bool is_all_valid = true;
  for (const CapturedRequest& captured : requests_to_verify(options, console, context)) {
    const Time now = moment(options, captured, context);
    const Diagnosis diagnosis = examine(captured.request, options, secrets, now);
    if (!captured.note.empty()) console.talk("note: " + captured.note);
    console.human(show_verification(diagnosis.verification, console.palette()));
    console.human(show_causes(diagnosis, console.palette()));
    console.json(diagnosis_json(diagnosis));
    if (options.is_expected_shown) console.human(show_expected(captured.request, secrets));
    is_all_valid =
        is_all_valid && diagnosis.verification.verdict == Verdict::valid && diagnosis.causes.empty();
  }
  return is_all_valid ? exit_yes : exit_no;
}

void add_request_options(CLI::App& app, Options& options) {
  auto* file = app.add_option("file", options.file, "The body; - is standard input");
  file->capture_default_str()->type_name("FILE");
  auto* signature = app.add_option("--signature", options.signature, "The value of X-ALO-Signature");
  signature->type_name("VALUE");
  auto* timestamp = app.add_option("--timestamp", options.timestamp, "The value of X-ALO-Request-Timestamp");
  timestamp->type_name("SECONDS");
  auto* http =
      app.add_option("--http", options.http_file, "A whole HTTP request as text; - is standard input");
  http->type_name("FILE")->excludes(file)->excludes(signature)->excludes(timestamp);
  app.add_option("--har", options.har_file, "A HAR file: each request in it that has a signature")
      ->type_name("FILE")
      ->excludes(file)
      ->excludes(signature)
      ->excludes(timestamp)
      ->excludes(http);
  app.add_option(
         "--id", options.id,
         "FILE is a journal: its event of this id, or 6 characters of it, at the time it was recorded")
      ->type_name("ID")
      ->excludes(signature)
      ->excludes(timestamp)
      ->excludes(http)
      ->excludes("--har");
  app.add_option("--mine", options.mine, "A signature that your own code made: explain why it is wrong")
      ->type_name("VALUE");
}

}  // namespace

Command verify_command(CLI::App& root) {
  auto* app = root.add_subcommand("verify", "Check a signature, and tell why it does not match");
  const auto options = std::make_shared<Options>();
  add_request_options(*app, *options);
  app->add_option("--now", options->now, "Judge the age at this time: Unix seconds or 2026-11-23T17:00:00Z")
      ->type_name("TIME");
  add_duration(*app, "--tolerance", options->tolerance, "Largest age of a timestamp, in both directions");
  add_encoding_option(*app, options->policy.encoding, "Accept this form of signature only; default is any");
  app->add_flag("--show-expected", options->is_expected_shown,
                "Print the right signature, on a terminal only");
  add_secret_options(*app, options->secret);
  add_output_options(*app, options->output);
  app->footer(
      "Examples:\n"
      "  alohook verify body.json --signature v0=9b2c… --timestamp 1795456800\n"
      "  alohook verify --http request.txt\n"
      "  alohook verify events.jsonl --id a1c6f1e0\n"
      "  alohook verify body.json --timestamp 1795456800 --mine \"$(my-code body.json)\"\n"
      "\n"
      "Exit codes: 0 valid, 1 not valid, 2 could not start.");
  return {app, [options](Context& context) { return run(*options, context); }};
}

}  // namespace alohook
