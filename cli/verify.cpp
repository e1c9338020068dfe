// `alohook verify`: is the signature on this request right, and if not, why not?
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <memory>

#include "base/error.h"
#include "base/text.h"
#include "base/visible.h"
#include "commands.h"
#include "diagnosis/explain.h"
#include "journal/capture.h"
#include "journal/har.h"
#include "journal/recording.h"
#include "options/flags.h"
#include "options/input.h"
#include "options/language.h"
#include "options/memory.h"
#include "options/secrets.h"
#include "output/diagnosis_view.h"

namespace alohook {
namespace {

constexpr std::chrono::seconds search_time{20};  // for very large bodies; usual ones take milliseconds

const CommandHelp verify_help{
    .summary = "Verify a signature, and explain why it doesn't match",
    .examples = {{"alohook verify body.json --signature v0=9b2c… --timestamp 1795456800"},
                 {"alohook verify --http request.txt", "Verify a request from curl -v or a proxy's log"},
                 {"alohook verify body.json --http curl-v.log", "Take the body from a file of its own"},
                 {"alohook verify events.jsonl --id a1c6f1e0", "Verify a recorded event"},
                 {"alohook verify body.json --timestamp 1795456800 --mine \"$(my-code body.json)\"",
                  "Explain what your own code signs"}},
    .exit_codes = {{"0", "valid"}, {"1", "invalid"}, {"2", "can't start"}},
    .topics = {"diagnosis", "protocol"},
};

struct Options {
  OutputOptions output;
  SecretOptions secret;
  VerificationPolicy policy;
  std::string file;
  std::string http_file;
  std::string har_file;
  std::string id;
  std::string signature;
  std::string timestamp;
  std::string mine;
  std::string now;
  std::string language;
  bool is_expected_shown = false;
};

/// A request to verify, and how its body is called in messages.
struct Source {
  CapturedRequest captured;
  std::string body_name;
};

/// Returns the time to check the age at: `--now`, else when it was recorded, else now.
Time moment(const Options& options, const CapturedRequest& captured, const Context& context) {
  if (options.now.empty()) return captured.at && !options.id.empty() ? *captured.at : context.now();
  if (const auto time = parse_iso8601(options.now)) return *time;
  if (const auto seconds = parse_timestamp(options.now)) return Time{std::chrono::seconds{*seconds}};
  throw Error(fmt::format("'{}' is not a time", options.now), "write Unix seconds or 2026-11-23T17:00:00Z");
}

std::string name_of_file(const std::string& path) {
  return path == "-" ? "the body" : std::filesystem::path(path).filename().string();
}

/// Puts the flags' headers in place of those that were captured.
void apply_flags(const Options& options, Request& request) {
  const auto replace = [&request](std::string_view name, const std::string& value) {
    if (value.empty()) return;
    std::erase_if(request.headers,
                  [name](const Header& header) { return equal_ignoring_case(header.name, name); });
    request.headers.push_back({std::string(name), value});
  };
  replace(timestamp_header, options.timestamp);
  replace(signature_header, options.signature);
}

/// The body of FILE with the flags' headers; or, where FILE turns out to be a capture, the request in it.
Source source_of_file(const Options& options, Context& context) {
  const std::string path = options.file.empty() ? "-" : options.file;
  const std::string bytes = read_input(path, context);
  const bool has_signature = !options.signature.empty() || !options.mine.empty();
  CapturedRequest plain;
  plain.request.body = bytes;
  auto captures = has_signature ? std::vector<CapturedRequest>{} : read_capture(bytes);
  if (has_signature) {
    if (auto envelope = read_envelope(bytes)) captures = {std::move(*envelope)};
  }
  const bool is_capture = !captures.empty() && captures[0].missing_body.empty() &&
                          (has_signature || header_value(captures[0].request.headers, signature_header));
  if (!is_capture && !has_signature) {
    throw Error("there is no signature to verify",
                "give --signature and --timestamp, or a whole request with --http");
  }
  CapturedRequest captured = is_capture ? std::move(captures[0]) : std::move(plain);
  apply_flags(options, captured.request);
  if (!header_value(captured.request.headers, timestamp_header)) {
    throw Error("--timestamp is missing",
                "give the value of X-ALO-Request-Timestamp, for example --timestamp 1795456800");
  }
  return {std::move(captured), is_capture ? "the body in " + name_of_file(path) : name_of_file(path)};
}

/// The request in the text of `--http`, with FILE as its body when there is one.
Source source_of_text(const Options& options, Context& context) {
  const std::string bytes = read_input(options.http_file, context);
  std::vector<CapturedRequest> captures = read_capture(bytes);
  if (captures.empty()) {
    throw Error(fmt::format("no HTTP request found in '{}'", options.http_file),
                "expected a request line or headers, an empty line, then the body; or a curl command, HAR, "
                "or a Lambda event");
  }
  const auto is_signed = [](const CapturedRequest& c) {
    return header_value(c.request.headers, signature_header).has_value();
  };
  const auto first = std::ranges::find_if(captures, is_signed);
  CapturedRequest captured = std::move(first == captures.end() ? captures.front() : *first);
  if (!options.file.empty()) {
    captured.request.body = read_input(options.file, context);
    captured.rest.clear();
    captured.note.clear();
    return {std::move(captured), name_of_file(options.file)};
  }
  if (!captured.missing_body.empty()) {
    throw Error(fmt::format("'{}' has no body: {}", options.http_file, captured.missing_body),
                fmt::format("pass the body as FILE: alohook verify body.json --http {}", options.http_file));
  }
  return {std::move(captured), "the captured body"};
}

std::vector<Source> sources_of_har(const Options& options, Context& context) {
  auto requests = read_har(read_input(options.har_file, context));
  std::erase_if(requests, [](const auto& r) { return !header_value(r.request.headers, signature_header); });
  if (requests.empty()) {
    throw Error(fmt::format("no request in '{}' has a signature", options.har_file),
                fmt::format("looked for the header {}", signature_header));
  }
  std::vector<Source> sources;
  for (CapturedRequest& captured : requests) sources.push_back({std::move(captured), "the captured body"});
  return sources;
}

std::vector<Source> sources_to_verify(const Options& options, Console& console, Context& context) {
  if (!options.id.empty()) {
    Recording recording(options.file.empty() ? "-" : options.file, context.in, console.notes());
    RecordedEvent event = std::move(find_events({options.id}, recording).front());
    return {{{.request = std::move(event.request), .at = event.received_at}, "the recorded body"}};
  }
  if (!options.http_file.empty()) return {source_of_text(options, context)};
  if (!options.har_file.empty()) return sources_of_har(options, context);
  return {source_of_file(options, context)};
}

Diagnosis examine(const Request& request, const std::string& body_name, const Options& options,
                  const Secrets& secrets, Time now) {
  // What a journal holds is what arrived; every other body went through somebody's hands.
  const Situation situation = options.id.empty() ? Situation::capture : Situation::wire;
  const DiagnosisInput input{.secrets = secrets,
                             .headers = request.headers,
                             .body = request.body,
                             .now = now,
                             .policy = options.policy,
                             .view = {situation, body_name}};
  const auto deadline = std::chrono::steady_clock::now() + search_time;
  const DiagnosisLimits limits{
      .out_of_time = [deadline] { return std::chrono::steady_clock::now() > deadline; }};
  return options.mine.empty() ? diagnose(input, limits) : diagnose_mine(input, options.mine, limits);
}

bool is_proven(const Diagnosis& diagnosis) {
  return diagnosis.verification.verdict != Verdict::invalid ||
         std::ranges::any_of(diagnosis.causes, &Cause::proven);
}

/// Examines the body that Content-Length counts; when that leads nowhere, the whole text behind the head as well.
Diagnosis examine(Source& source, const Options& options, const Secrets& secrets, Time now) {
  Request& request = source.captured.request;
  Diagnosis diagnosis = examine(request, source.body_name, options, secrets, now);
  if (is_proven(diagnosis) || source.captured.rest.empty()) return diagnosis;
  for (const std::string& body :
       {request.body + source.captured.rest, std::string(trimmed(request.body + source.captured.rest))}) {
    Request whole = request;
    whole.body = body;
    Diagnosis other = examine(whole, source.body_name, options, secrets, now);
    if (is_proven(other)) return other;
  }
  return diagnosis;
}

/// A body that isn't the one that was sent says nothing about secrets.
void name_gap(Diagnosis& diagnosis, const Source& source) {
  const std::string& body = source.captured.request.body;
  if (is_proven(diagnosis) || source.captured.gap.empty()) return;
  // U+FFFD may have been in the body all along.
  const Certainty certainty = has_replacements(body) ? Certainty::suspected : Certainty::proven;
  diagnosis.causes = {
      explain_lost_bytes(body, source.captured.gap, certainty, {Situation::capture, source.body_name})};
}

/// Returns the signature that would be valid, for the developer's own terminal.
std::string show_expected(const Request& request, const Secrets& secrets) {
  const auto timestamp = header_value(request.headers, timestamp_header);
  if (!timestamp) return "expected  needs a timestamp\n";
  return fmt::format("expected  {}\n", encode(mac(secrets.front(), *timestamp, request.body), Encoding::v0));
}

/// Reads `last` or an id in place of the body: an event that the listener received.
void use_memory(Options& options, const Context& context) {
  const bool is_of_flags = !options.signature.empty() || !options.mine.empty() || !options.id.empty() ||
                           !options.http_file.empty() || !options.har_file.empty();
  if (is_of_flags) return;
  const auto place = remembered_event(options.file, context);
  if (!place) return;
  options.file = place->file;
  options.id = place->ids.front();
}

int run(Options& options, Context& context) {
  use_memory(options, context);
  Console console = make_console(options.output, context);
  if (options.is_expected_shown && (!context.out_is_terminal || options.output.format != Format::human)) {
    throw Error("--show-expected is for a terminal only",
                "anyone who reads the expected signature can forge the request");
  }
  const Secrets secrets = load_secrets(options.secret, context);
  const std::string_view language = language_of_fixes(options.language);
  bool is_all_valid = true;
  for (Source& source : sources_to_verify(options, console, context)) {
    const Time now = moment(options, source.captured, context);
    if (!source.captured.note.empty()) console.talk("note: " + source.captured.note);
    Diagnosis diagnosis = examine(source, options, secrets, now);
    name_gap(diagnosis, source);
    console.human(show_verification(diagnosis.verification, console.palette()));
    console.human(show_causes(diagnosis, console.palette(), language));
    console.json(diagnosis_json(diagnosis));
    if (options.is_expected_shown) console.human(show_expected(source.captured.request, secrets));
    is_all_valid =
        is_all_valid && diagnosis.verification.verdict == Verdict::valid && diagnosis.causes.empty();
  }
  return is_all_valid ? exit_yes : exit_no;
}

void add_request_options(CommandApp& app, Options& options) {
  const FlagRef file =
      add_value(app, "file", options.file, {"FILE|ID", Offer::remembered_or_file},
                "Read the body from this file, from standard input for - (the default), or verify the "
                "remembered event with this id, or the last one for 'last'");
  const FlagGroup group(app, "Request");
  const FlagRef signature =
      add_value(app, "--signature", options.signature, {"VALUE"}, "Verify this value of X-ALO-Signature");
  const FlagRef timestamp = add_value(app, "--timestamp", options.timestamp, {"SECONDS"},
                                      "Use this value of X-ALO-Request-Timestamp");
  const FlagRef http =
      add_value(app, "--http", options.http_file, a_file,
                "Read the request from text: HTTP, curl -v, a curl command or .http. FILE is then its body");
  http.excludes(signature).excludes(timestamp);
  const FlagRef har =
      add_value(app, "--har", options.har_file, a_file, "Verify each signed request of this HAR file");
  har.excludes(file).excludes(signature).excludes(timestamp).excludes(http);
  const FlagRef id =
      add_value(app, "--id", options.id, {"ID", Offer::event_id},
                "Verify the event with this id of the journal FILE, at the time it was recorded");
  id.excludes(signature).excludes(timestamp).excludes(http).excludes(har);
  add_value(app, "--mine", options.mine, {"VALUE"},
            "Explain why this signature, made by your own code, is wrong");
}

void add_policy_options(CommandApp& app, Options& options) {
  const FlagGroup group(app, "Verification");
  add_value(app, "--now", options.now, {"TIME"},
            "Check the timestamp against this time instead of now: Unix seconds or 2026-11-23T17:00:00Z");
  add_duration(app, "--tolerance", options.policy.tolerance,
               "Accept timestamps that are at most this far in the past or future");
  add_encoding_option(app, options.policy.encoding, "Accept signatures in this encoding only");
  add_language_option(app, options.language);
  add_flag(app, "--show-expected", options.is_expected_shown, "Print the expected signature (terminal only)");
}

}  // namespace

Command verify_command(CommandApp& root) {
  CommandApp& app = add_command(root, "verify", verify_help);
  const auto options = std::make_shared<Options>();
  add_request_options(app, *options);
  add_policy_options(app, *options);
  add_secret_options(app, options->secret);
  add_output_options(app, options->output);
  return {&app, [options](Context& context) { return run(*options, context); }};
}

}  // namespace alohook
