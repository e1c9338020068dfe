// `alohook send`: how does my server take this event?
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <memory>

#include "commands.h"
#include "delivery_view.h"
#include "doing/sender.h"
#include "event_source.h"
#include "ground/error.h"
#include "ground/json_text.h"
#include "ground/visible.h"
#include "options.h"
#include "secrets.h"
#include "target.h"
#include "things/overrides.h"

namespace alohook {
namespace {

struct Options {
  OutputOptions output;
  SecretOptions secret;
  TargetOptions target;
  std::string event;
  std::string fixtures;
  std::optional<std::uint64_t> seed;
  std::optional<Encoding> encoding;
  std::vector<Override> overrides;
  bool is_adding = false;
  std::vector<std::string> headers;
  std::string expected_status = "2xx";
  bool is_verbose = false;
};

StatusSet expected_statuses(const std::string& text) {
  const auto set = StatusSet::parse(text);
  if (!set) {
    throw Error(fmt::format("'{}' is not a set of statuses", text), "write 2xx, 401, or 403,401");
  }
  return *set;
}

std::string body_to_send(const Options& options, std::string body) {
  if (options.overrides.empty()) return body;
  std::vector<Override> overrides = options.overrides;
  for (Override& change : overrides) change.add = options.is_adding;
  return apply_overrides(body, overrides);
}

int exit_code_of(Outcome outcome) {
  switch (outcome) {
    case Outcome::accepted:
      return exit_yes;
    case Outcome::refused:
      return exit_no;
    case Outcome::failed:
      return exit_could_not_judge;
  }
  return exit_internal_error;
}

int run(const Options& options, Context& context) {
  Console console = make_console(options.output, context);
  const StatusSet expected = expected_statuses(options.expected_status);
  const Target target = resolve_target(options.target);
  const Secrets secrets = load_secrets_for(target.reached(), options.secret, context);
  const EventBody event = load_event(options.event, options.fixtures, options.seed, context);
  const Signing signing{
      .secret = secrets.front(),
      .encoding = options.encoding.value_or(Encoding::v0),
      .target = target.url.target,
      .headers = request_headers(options.headers),
  };
  Request request = signed_request(body_to_send(options, event.bytes), signing, context.now());
  const Delivery delivery = deliver(std::move(request), context.connect(target.url, target.client), expected);
  const std::string url = target.url.to_string();
  console.human(show_delivery(delivery, url, event.name, expected, options.is_verbose, console.palette()));
  console.json(delivery_json(delivery, url, event.name));
  if (url == default_url && !delivery.exchange.response && delivery.exchange.obstacle == Obstacle::refused) {
    console.talk("is `alohook listen` running? Or name your server's URL");
  }
  return exit_code_of(delivery.outcome);
}

/// Splits `path=value` of a `--set`.
Override set_override(const std::string& flag, const std::string& text, bool is_json) {
  const auto equals = text.find('=');
  if (equals == std::string::npos || equals == 0) {
    throw CLI::ValidationError(flag, fmt::format("'{}' is not of the form /json/pointer=value", text));
  }
  const std::string value = text.substr(equals + 1);
  return {.kind = Override::Kind::set,
          .path = text.substr(0, equals),
          .json = is_json ? value : quote_json_string(value)};
}

void add_override_options(CLI::App& app, Options& options) {
  // Overrides are applied in the order of the command line, whichever flag they came by.
  const auto each = [&](const std::string& flag, const std::string& type, const std::string& help,
                        auto make) {
    const auto push = [&options, make](const std::string& text) { options.overrides.push_back(make(text)); };
    app.add_option_function<std::string>(flag, push, help)->type_name(type)->trigger_on_parse();
  };
  each("--set", "PATH=TEXT", "Set a value to this string: /action/title=Leak or action.title=Leak",
       [](const std::string& text) { return set_override("--set", text, false); });
  each("--set-json", "PATH=JSON", "Set a value to this JSON: /action/id=12",
       [](const std::string& text) { return set_override("--set-json", text, true); });
  each("--unset", "PATH", "Remove a value", [](const std::string& text) {
    return Override{.kind = Override::Kind::unset, .path = text, .json = {}};
  });
  app.add_flag("--add", options.is_adding, "Let --set and --set-json create what is not there");
}

}  // namespace

Command send_command(CLI::App& root) {
  auto* app = root.add_subcommand("send", "Send an event with a valid signature");
  const auto options = std::make_shared<Options>();
  app->add_option("event", options->event, "A fixture's name, a file, or - for standard input")
      ->required()
      ->type_name("EVENT");
  add_target_options(*app, options->target);
  add_secret_options(*app, options->secret);
  add_encoding_option(*app, options->encoding, "How the signature is written; default is v0");
  add_override_options(*app, *options);
  app->add_option("--seed", options->seed, "Make a fixture's ids and times the same for each run")
      ->check(CLI::NonNegativeNumber.description(""))
      ->type_name("N");
  app->add_option("--fixtures", options->fixtures, "Folder with more fixtures")->type_name("DIR");
  add_header_option(*app, options->headers);
  app->add_option("--expect-status", options->expected_status,
                  "Statuses that count as accepted: 2xx, 401, 403,401")
      ->capture_default_str()
      ->type_name("STATUSES");
  app->add_flag("-v,--verbose", options->is_verbose, "Show headers");
  add_output_options(*app, options->output);
  app->footer(
      "Examples:\n"
      "  alohook send action_created\n"
      "  alohook send action_created http://127.0.0.1:3000/hooks --secret-file s.txt\n"
      "  alohook send action_updated --set /action/title='Leak in hall B'\n"
      "  alohook send body.json --expect-status 403 && echo refused as it should\n"
      "\n"
      "Bytes go out as they are in the file. ALO documents no payload but `type`: fixtures are invented "
      "around it.\n"
      "Exit codes: 0 accepted, 1 refused, 2 could not start, 3 no answer.");
  return {app, [options](Context& context) { return run(*options, context); }};
}

}  // namespace alohook
