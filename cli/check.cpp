// `alohook check`: is this receiver right?
#include <fmt/format.h>

#include <array>
#include <charconv>
#include <cstdio>
#include <memory>
#include <utility>

#include "base/error.h"
#include "base/random.h"
#include "base/visible.h"
#include "check/check.h"
#include "commands.h"
#include "options/check_options.h"
#include "options/declare.h"
#include "options/event_source.h"
#include "options/language.h"
#include "options/secrets.h"
#include "options/target.h"
#include "output/check_reports.h"
#include "output/check_view.h"
#include "output/progress.h"
#include "report/json.h"
#include "sender/shell.h"

namespace alohook {
namespace {

using std::chrono::milliseconds;

const CommandHelp check_help{
    .summary = "Check a webhook endpoint and identify its bugs",
    .examples = {{"alohook check http://127.0.0.1:3000/webhooks/alo"},
                 {"alohook check http://127.0.0.1:3000/webhooks/alo --wait 30s --fail-on should", "In CI"},
                 {"alohook check --only 'raw-*' --only 'reject-*'", "Run some of the checks"},
                 {"alohook check --skip large-body='events stay small here'", "Skip a check, and say why"}},
    .notes =
        {"alohook sends valid, invalid, expired and tampered requests and reports whether your server "
         "accepts and "
         "rejects the right ones. If it rejects a valid request, alohook re-signs it with common signing "
         "mistakes: the variant that your server accepts identifies the bug.",
         "Signed events use the type alohook.check, which your server should accept and ignore. A host other "
         "than "
         "localhost gets at most 5 requests per second."},
    .exit_codes = {{"0", "all required checks passed"},
                   {"1", "a required check failed"},
                   {"2", "can't start"},
                   {"3", "inconclusive: unreachable, timed out, or the server went away mid-run"}},
    .topics = {"checks", "ci"},
};

using Options = CheckOptions;

/// Reads the first number in a text.
std::optional<std::int64_t> number_in(std::string_view text) {
  const auto begin = text.find_first_of("0123456789");
  if (begin == std::string_view::npos) return std::nullopt;
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data() + begin, text.data() + text.size(), number);
  return error == std::errc{} ? std::optional(number) : std::nullopt;
}

std::optional<std::int64_t> count_by_command(const std::string& command) {
  const std::unique_ptr<FILE, int (*)(FILE*)> pipe(popen(command.c_str(), "r"), pclose);
  if (!pipe) return std::nullopt;
  std::array<char, 4096> buffer{};
  return number_in({buffer.data(), std::fread(buffer.data(), 1, buffer.size(), pipe.get())});
}

/// How many events took effect, as the developer's own counter says; empty without one.
std::function<std::optional<std::int64_t>()> effects_counter(const Options& options, Context& context) {
  if (!options.effects_command.empty()) {
    return [command = options.effects_command] { return count_by_command(command); };
  }
  if (options.effects_url.empty()) return {};
  const Url url = parse_url(options.effects_url);
  const auto transport = context.connect(url, {.timeout = options.target.client.timeout});
  return [transport, url]() -> std::optional<std::int64_t> {
    const Exchange exchange = transport({.method = "GET", .target = url.target});
    if (!exchange.response || exchange.response->status != 200) return std::nullopt;
    return number_in(exchange.response->body);
  };
}

/// How this very run is repeated.
CommandParts command_parts(const Options& options, const Target& target, const Context& context) {
  const SecretFlags secret = secret_flags(options.secret, context);
  CommandParts parts{.setup = secret.setup,
                     .secret = secret.flags,
                     .connection = connection_flags(options.target, default_check_target()),
                     .curl = curl_connection_flags(target)};
  const auto add = [&parts](std::string_view flag, std::string_view value) {
    if (!value.empty()) parts.check += fmt::format(" {} {}", flag, shell_argument(value));
  };
  if (options.encoding) add("--encoding", name_of(*options.encoding));
  if (options.statuses.accepted) add("--accept", options.statuses.accepted->text());
  if (options.statuses.refused) add("--reject", options.statuses.refused->text());
  for (const std::string& line : options.headers) add("--header", line);
  add("--event", options.event);
  add("--fixtures", options.fixtures);
  if (options.owns_target) parts.check += " --i-own-this";
  return parts;
}

CheckSettings make_settings(const Options& options, const Target& target, Context& context) {
  const Url reached = target.reached();
  if (!reached.is_loopback() && !options.owns_target && (options.with_stress || !options.event.empty())) {
    throw Error(
        fmt::format("'{}' is another machine: real events and load could do harm there", reached.host),
        "if it is yours, or you may do this: --i-own-this");
  }
  const Secret secret = load_secrets_for(reached, options.secret, context).front();
  CheckSettings settings{.url = target.url.to_string(),
                         .host = target.url.host,
                         .target = target.url.target,
                         .headers = request_headers(options.headers),
                         .secret = secret,
                         .secret_text = describe_signing_secret(options.secret, secret, context),
                         .encoding = options.encoding,
                         .statuses = options.statuses,
                         .choice = {.only = options.only, .skips = options.skips},
                         .event = {},
                         .with_stress = options.with_stress,
                         .is_loopback = reached.is_loopback(),
                         .is_https = target.url.scheme == "https",
                         .verifies_tls = target.client.verify_tls,
                         .again = command_parts(options, target, context)};
  if (!options.event.empty()) {
    settings.event = open_event(options.event, options.fixtures, {}, context).next().bytes;
    if (settings.event.find('{') == std::string::npos) {
      throw Error(fmt::format("the event '{}' is not a JSON object", options.event));
    }
  }
  return settings;
}

void wait_until_there(const Options& options, const Target& target, Context& context) {
  constexpr milliseconds pause{100};
  const Time deadline = context.now() + options.wait;
  while (options.wait.count() > 0 && !context.is_there(target.url, target.client) &&
         context.now() < deadline) {
    context.sleep(pause);
  }
}

/// The checks that are chosen; throws Error when none is.
std::vector<CheckInfo> checks_of(const Options& options) {
  return chosen_checks({.only = options.only, .skips = options.skips});
}

int list(const std::vector<CheckInfo>& checks, Console& console) {
  console.human(show_checks(checks, console.palette()));
  for (const CheckInfo& info : checks) console.json(check_info_json(info));
  return exit_yes;
}

/// Says what is about to happen to a server that others may use.
void announce(const CheckSettings& settings, Time now, Console& console) {
  if (settings.is_loopback && settings.event.empty()) return;
  const RequestPlan plan = plan_requests(settings, now);
  console.talk(
      fmt::format("checking {}{}: {} requests, {} at most if something fails; {}", visible(settings.url),
                  settings.is_loopback ? "" : ", 5 requests a second", plan.requests, plan.most,
                  settings.event.empty()
                      ? "a correct server accepts and ignores the signed test events (type alohook.check)"
                      : "signed real events are sent"));
}

int exit_code_of(CheckVerdict verdict) {
  switch (verdict) {
    case CheckVerdict::right:
      return exit_yes;
    case CheckVerdict::wrong:
      return exit_no;
    case CheckVerdict::undecided:
      return exit_could_not_judge;
  }
  return exit_internal_error;
}

RunView run_view(const Options& options, const Context& context) {
  return {.fail_on = options.fail_on,
          .width = context.terminal_size().columns,
          .language = language_of_fixes(options.language),
          .secret_advice = options.secret.is_empty()
                               ? "alohook secret --show prints it; --secret-file FILE takes your server's"
                               : "compare on your server: printf %s \"$SECRET\" | sha256sum | cut -c1-8"};
}

/// Shows the checks as they run: in detail, or as a line of progress.
class RunDisplay {
 public:
  RunDisplay(const Options& options, std::size_t checks, Console& console, Context& context)
      : is_detailed_(options.is_verbose || !options.explained.empty()),
        checks_(checks),
        console_(console),
        view_(context.terminal_size().columns, language_of_fixes(options.language)),
        progress_(context.err,
                  context.err_is_terminal && console.format() != Format::quiet ? Progress::Visibility::shown
                                                                               : Progress::Visibility::hidden,
                  context.pace().elapsed) {}

  void request(const CheckProgress& now) {
    if (!progress_.is_due()) return;
    progress_.show(static_cast<double>(ended_) / static_cast<double>(checks_),
                   fmt::format("{} requests  {}", now.requests_sent, now.id.empty() ? "first look" : now.id));
  }

  void end(const CheckOutcome& outcome) {
    ++ended_;
    progress_.clear();
    console_.json(check_json(outcome));
    if (is_detailed_) console_.human(view_.show(outcome, console_.palette()));
  }

  void finish(const CheckRun& run) {
    progress_.clear();
    // What could not be checked at all needs no details.
    if (is_detailed_ && !run.stop) console_.human("\n");
  }

 private:
  bool is_detailed_;
  std::size_t checks_;
  Console& console_;
  OutcomeView view_;
  Progress progress_;
  std::size_t ended_ = 0;
};

int run(Options& options, Context& context) {
  Console console = make_console(options.output, context);
  if (!options.explained.empty()) options.only = {options.explained};
  const std::vector<CheckInfo> checks = checks_of(options);
  if (options.is_listing) return list(checks, console);
  if (!options.explained.empty())
    console.human(explain_check(checks.front(), context.terminal_size().columns, console.palette()) + "\n");
  const Target target = resolve_target(options.target);
  const CheckSettings settings = make_settings(options, target, context);
  auto count_effects = effects_counter(options, context);
  note_idle_tls_flags({&target.url, 1}, console, context);
  announce(settings, context.now(), console);
  wait_until_there(options, target, context);

  RunDisplay display(options, checks.size(), console, context);
  const CheckWorld world{.connect = [&] { return context.connect(target.url, target.client); },
                         .wire = context.wire(target.url, target.client),
                         .now = context.now,
                         .sleep = context.sleep,
                         .make_uuid = [&] { return make_uuid(context.random); },
                         .count_effects = std::move(count_effects),
                         .on_progress = [&](const CheckProgress& now) { display.request(now); },
                         .on_outcome = [&](const CheckOutcome& outcome) { display.end(outcome); }};
  const CheckRun result = run_checks(settings, world);
  display.finish(result);
  console.human(show_run(result, run_view(options, context), console.palette()));
  console.json(summary_json(result, options.fail_on));
  write_reports(options.reports, result, options.fail_on, context);
  return exit_code_of(verdict_of(result, options.fail_on));
}

}  // namespace

Command check_command(CommandApp& root) {
  CommandApp& app = add_command(root, "check", check_help);
  const auto options = std::make_shared<Options>();
  add_check_options(app, *options);
  return {&app, [options](Context& context) { return run(*options, context); }};
}

}  // namespace alohook
