// `alohook send`: how does my server take this event?
#include <fmt/format.h>

#include <memory>
#include <random>

#include "base/error.h"
#include "base/visible.h"
#include "commands.h"
#include "json/json_edit.h"
#include "json/json_string.h"
#include "options/bad_requests.h"
#include "options/check_options.h"
#include "options/deliveries.h"
#include "options/event_source.h"
#include "options/flags.h"
#include "options/load_order.h"
#include "options/secrets.h"
#include "options/target.h"
#include "sender/delivery.h"
#include "signing/forgery.h"
#include "signing/masking.h"
#include "signing/signed_request.h"

namespace alohook {
namespace {

const CommandHelp send_help{
    .summary = "Send an event with a valid signature",
    .examples = {{"alohook send action_created"},
                 {"alohook send action_created http://127.0.0.1:3000/hooks --secret-file s.txt"},
                 {"alohook send action_updated --set /action/title='Leak in hall B'", "Change a field"},
                 {"alohook send action_created --bad stale",
                  "Send an expired signature: the server should reject it"},
                 {"alohook send action_created --bad all", "Try every kind of invalid request"},
                 {"alohook send action_created --print curl | sh"},
                 {"alohook send action_created --print k6 --rate 500/s",
                  "Print a script that generates load from many machines"},
                 {"alohook send action_created --repeat 1000 --rate 50/s --concurrency 8 --retry 1s,5s,30s"}},
    .notes = {"Files are sent byte for byte. ALO documents no field of a payload but type: everything else "
              "in a fixture "
              "is made up.",
              "Percentiles in the summary are accurate to 1 %."},
    .exit_codes = {{"0", "every event was accepted, or with --bad rejected"},
                   {"1", "an event was rejected after its last retry, or with --bad accepted"},
                   {"2", "can't start"},
                   {"3", "an event got no response, or with --bad nothing was accepted"}},
    .topics = {"protocol", "load"},
};

struct Options {
  OutputOptions output;
  SecretOptions secret;
  TargetOptions target;
  std::string event;
  std::string fixtures;
  std::optional<Encoding> encoding;
  std::vector<Override> overrides;
  bool is_adding = false;
  std::vector<std::string> headers;
  DeliveryOptions delivery;
  std::uint64_t repeat = 1;
  std::string bad = {};  ///< a kind, `list` or `all`; empty: valid requests

  const Forgery* forgery() const { return find_forgery(bad); }
};

std::string body_to_send(const Options& options, std::string body,
                         const std::function<void(const Splice&)>& on_change = {}) {
  if (options.overrides.empty()) return body;
  std::vector<Override> overrides = options.overrides;
  for (Override& change : overrides) change.add = options.is_adding;
  return apply_overrides(body, overrides, on_change);
}

/// The request with its defect, if it is to have one; `seed` makes what is random in it the same for each try.
Request request_for(const Forgery* forgery, const std::string& body, const Signing& signing,
                    std::uint64_t seed, Time now) {
  if (forgery == nullptr) return signed_request(body, signing, now);
  std::mt19937_64 generator(seed);
  return forged_request(*forgery, body, signing, now, [&generator] { return generator(); });
}

/// Gives the event `repeat` times: a fixture fresh each time, anything else as it is.
OutgoingSource repeated(const Options& options, Signing signing,
                        const std::shared_ptr<const EventSupply>& supply, Context& context) {
  const auto make = [&options, &context, supply,
                     signing = std::make_shared<const Signing>(std::move(signing))] {
    EventBody event = supply->next();
    const auto body = std::make_shared<const std::string>(body_to_send(options, std::move(event.bytes)));
    const std::uint64_t seed = options.bad.empty() ? 0 : options.delivery.seed.value_or(context.random());
    const auto request = [body, signing, seed, forgery = options.forgery()](Time now) {
      return request_for(forgery, *body, *signing, seed, now);
    };
    Outgoing outgoing{.name = event.name, .make = request, .weight = body->size()};
    if (options.forgery() == nullptr) outgoing.make = once_a_second(request);
    return outgoing;
  };
  // Make the first event before sending anything, so that errors in it are reported at once.
  return [make, supply, event = make(), sent = std::uint64_t{0},
          count = options.repeat]() mutable -> std::optional<Outgoing> {
    if (sent == count) return std::nullopt;
    if (sent++ > 0 && !supply->is_constant) event = make();
    return event;
  };
}

/// What `--bad` sends: the same event each time, with the asked defect or none.
BadRequests bad_requests(const Options& options, const Signing& signing, const Secrets& secrets,
                         const Target& target, const EventSupply& supply, Context& context) {
  const std::string body = body_to_send(options, supply.next().bytes);
  const std::uint64_t seed = options.delivery.seed.value_or(context.random());
  return {.make = [body, signing, seed, now = context.now](
                      const Forgery* forgery) { return request_for(forgery, body, signing, seed, now()); },
          .transport =
              masked(context.connect(target.url, target.client), std::make_shared<const Masking>(secrets)),
          .expected = rejection_statuses(options.delivery)};
}

/// The event as a script sends it: what `send` makes fresh is fresh in each request.
LoadEvent load_event(const Options& options, const Target& target, const EventSupply& supply) {
  std::vector<FreshPart> fresh;
  if (!supply.is_constant) fresh = fresh_parts(supply.original.bytes);
  const std::string body = body_to_send(options, supply.original.bytes,
                                        [&fresh](const Splice& change) { follow_change(fresh, change); });
  return {.name = supply.original.name,
          .request = unsigned_request(body, target.url.target, request_headers(options.headers)),
          .encoding = options.encoding.value_or(Encoding::v0),
          .fresh = std::move(fresh)};
}

int print_script(LoadEngine engine, const Options& options, const Target& target, Context& context) {
  std::optional<LoadEvent> event = load_event(
      options, target, open_event(options.event, options.fixtures, options.delivery.seed, context));
  return print_load_script({.engine = engine,
                            .next = [&event] { return std::exchange(event, std::nullopt); },
                            .count = options.repeat > 1 ? std::optional(options.repeat) : std::nullopt,
                            .target = target,
                            .conflict = options.bad.empty() ? "" : "--bad"},
                           options.delivery, context);
}

int run(const Options& options, Context& context) {
  Console console = make_console(options.output, context);
  if (options.bad == "list") return list_forgeries(console);
  check_word_order("send", options.event, options.target.url, "action_created");
  const Target target = resolve_target(options.target);
  if (const auto engine = load_engine_of(options.delivery)) {
    return print_script(*engine, options, target, context);
  }
  note_idle_tls_flags({&target.url, 1}, console, context);
  const Secrets secrets = load_secrets_for(target.reached(), options.secret, context);
  const Signing signing{
      .secret = secrets.front(),
      .encoding = options.encoding.value_or(Encoding::v0),
      .target = target.url.target,
      .headers = request_headers(options.headers),
  };
  const auto supply = std::make_shared<const EventSupply>(
      open_event(options.event, options.fixtures, options.delivery.seed, context));
  if (!options.bad.empty() && !options.delivery.print) {
    const BadRequests requests = bad_requests(options, signing, secrets, target, *supply, context);
    if (options.bad == "all") return send_all_forgeries(requests, console);
    requests.make(options.forgery());  // throws before anything is sent if this body can't have the defect
    if (const auto code = send_control(requests, *options.forgery(), console)) return *code;
  }
  if (options.bad == "all") throw Error("--print takes one kind of --bad", "see alohook send --bad list");
  const std::uint64_t total = options.repeat * (options.delivery.duplicates + 1);
  return deliver_all(
      {.source = repeated(options, signing, supply, context),
       .count = total == 1 ? DeliveryCount::one : DeliveryCount::many,
       .target = target,
       .secrets = secrets,
       .forgery = options.forgery(),
       .signed_with = options.bad.empty() ? describe_signing_secret(options.secret, secrets.front(), context)
                                          : "",  // what is wrong with it may be the secret
       .next = check_command(options.target, options.secret, context),
       .progress =
           [total](std::uint64_t events) {
             return static_cast<double>(events) / static_cast<double>(total);
           }},
      options.delivery, console, context);
}

/// Splits `path=value` of a `--set`.
Override set_override(const std::string& flag, const std::string& text, bool is_json) {
  const auto equals = text.find('=');
  if (equals == std::string::npos || equals == 0) {
    throw bad_value(flag, is_json ? "PATH=JSON" : "PATH=TEXT", text);
  }
  const std::string value = text.substr(equals + 1);
  return {.kind = Override::Kind::set,
          .path = text.substr(0, equals),
          .json = is_json ? value : quote_json_string(value)};
}

void add_override_options(CommandApp& app, Options& options) {
  const FlagGroup group(app, "Event");
  // Overrides are applied in the order of the command line, whichever flag they came by.
  const auto each = [&](const std::string& flag, std::string_view value, const std::string& help, auto make) {
    const auto push = [&options, make](const std::string& text) { options.overrides.push_back(make(text)); };
    add_value(app, flag, push, {value, Offer::json_path}, help).trigger_on_parse();
  };
  each("--set", "PATH=TEXT", "Set a value to this string, such as /action/title=Leak or action.title=Leak",
       [](const std::string& text) { return set_override("--set", text, false); });
  each("--set-json", "PATH=JSON", "Set a value to this JSON, such as /action/id=12",
       [](const std::string& text) { return set_override("--set-json", text, true); });
  each("--unset", "PATH", "Remove a value", [](const std::string& text) {
    return Override{.kind = Override::Kind::unset, .path = text, .json = {}};
  });
  add_flag(app, "--add", options.is_adding, "Create missing paths for --set and --set-json");
  add_value(app, "--fixtures", options.fixtures, a_directory, "Add the fixtures in this directory");
  add_number(app, "--repeat", options.repeat, {1, 1'000'000'000'000}, {"N"},
             "Send N events. Fixtures get new ids and times each time");
}

/// `--bad list` needs no event.
void add_bad_option(CommandApp& app, Options& options, FlagRef event) {
  std::vector<Candidate> kinds;
  for (const Forgery& forgery : forgeries())
    kinds.push_back({std::string(forgery.name), std::string(forgery.meaning)});
  kinds.push_back({"list", "list the kinds"});
  kinds.push_back({"all", "try each kind"});
  const auto choose = [&options, event, kinds](std::size_t place) {
    options.bad = kinds[place].word;
    if (options.bad == "list") event.required(false);
  };
  add_words(
      app, "--bad", "KIND", kinds, choose,
      "Send an invalid request of this kind, after a valid one. Succeeds if the server rejects it (kinds: "
      "--bad list)")
      .trigger_on_parse();
}

}  // namespace

Command send_command(CommandApp& root) {
  CommandApp& app = add_command(root, "send", send_help);
  const auto options = std::make_shared<Options>();
  const FlagRef event =
      add_value(app, "event", options->event, an_event, "Send this fixture or file, or standard input for -");
  event.required();
  add_target_options(app, options->target);
  add_override_options(app, *options);
  add_bad_option(app, *options, event);
  add_encoding_option(app, options->encoding, "Set the encoding of the signature").default_str("v0");
  add_header_option(app, options->headers);
  add_delivery_options(app, options->delivery);
  add_secret_options(app, options->secret);
  add_output_options(app, options->output);
  return {&app, [options](Context& context) { return run(*options, context); }};
}

}  // namespace alohook
