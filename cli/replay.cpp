// `alohook replay`: what happens if these recorded events come again?
#include <fmt/format.h>

#include <algorithm>
#include <deque>
#include <memory>

#include "base/error.h"
#include "commands.h"
#include "events/event_filter.h"
#include "http/hop_by_hop.h"
#include "journal/recording.h"
#include "options/deliveries.h"
#include "options/event_source.h"
#include "options/flags.h"
#include "options/load_order.h"
#include "options/memory.h"
#include "options/secrets.h"
#include "options/target.h"
#include "sender/delivery.h"
#include "sender/replay.h"
#include "signing/masking.h"
#include "signing/signed_request.h"

namespace alohook {
namespace {

const CommandHelp replay_help{
    .summary = "Send recorded events again, with new signatures",
    .examples = {{"alohook replay events.jsonl http://127.0.0.1:3000/webhooks/alo"},
                 {"alohook replay events.jsonl --id a1c6f1e0 --as-recorded", "Keep the recorded signature"},
                 {"alohook replay events.jsonl --only action_created --speed 10x"},
                 {"alohook replay capture.har --retry 1s,5s,30s", "Replay a HAR file"}},
    .notes = {"Signatures expire after five minutes, so each request is signed again with a new timestamp. "
              "Bodies and "
              "headers are sent as recorded, except Host and hop-by-hop headers. If the URL has a path, all "
              "events go "
              "there, else to the path they were recorded with.",
              "Percentiles in the summary are accurate to 1 %."},
    .exit_codes = {{"0", "every event was accepted"},
                   {"1", "an event was rejected after its last retry"},
                   {"2", "can't start"},
                   {"3", "an event got no response, or was incomplete"}},
    .topics = {"journal", "load"},
};

struct Options {
  OutputOptions output;
  SecretOptions secret;
  TargetOptions target;
  DeliveryOptions delivery;
  std::string file;
  std::vector<std::string> ids;
  std::vector<std::string> types;
  std::vector<std::string> conditions;
  std::vector<std::string> headers;
  std::optional<Encoding> encoding;
  double speed = 0;  ///< times as fast as recorded; 0 is as fast as can be
  bool is_as_recorded = false;
  bool is_only_valid = false;
};

using EventSource = std::function<std::optional<RecordedEvent>()>;

/// Turns a recorded event into what is sent.
using RequestMaker = std::function<Request(const RecordedEvent& event, Time now)>;

RequestMaker as_recorded(const Url& url, Headers given) {
  return [url, given = std::move(given)](const RecordedEvent& event, Time) {
    return with_headers(addressed_to(event.request, url, HostHeader::of_target), given);
  };
}

RequestMaker signed_anew(const Url& url, Headers given, const Secret& secret,
                         std::optional<Encoding> encoding) {
  return [url, given = std::move(given), secret, encoding](const RecordedEvent& event, Time now) {
    const Replay replay{
        .target = url, .secret = secret, .encoding = encoding ? encoding : event.encoding, .headers = given};
    return replayed(event.request, replay, now);
  };
}

/// The events that `--only`, `--where` and `--only-valid` let through.
EventSource filtered(const Options& options, std::shared_ptr<Recording> recording) {
  EventFilter filter;
  for (const std::string& type : options.types) filter.add_type(type);
  for (const std::string& condition : options.conditions) filter.add_where(condition);
  return [filter, recording, is_only_valid = options.is_only_valid]() {
    while (auto event = recording->next()) {
      if (is_only_valid && event->verdict != name_of(Verdict::valid)) continue;
      if (filter.matches(event->type, event->request.body)) return event;
    }
    return std::optional<RecordedEvent>();
  };
}

/// Gives these events, then those of `rest`.
EventSource listed(std::deque<RecordedEvent> events, EventSource rest) {
  const auto left = std::make_shared<std::deque<RecordedEvent>>(std::move(events));
  return [left, rest = std::move(rest)]() -> std::optional<RecordedEvent> {
    if (left->empty()) return rest ? rest() : std::nullopt;
    std::optional<RecordedEvent> event = std::move(left->front());
    left->pop_front();
    return event;
  };
}

/// Reports an unknown id before anything is sent.
EventSource events_of(const Options& options, const std::shared_ptr<Recording>& recording) {
  return options.ids.empty() ? filtered(options, recording)
                             : listed(find_events(options.ids, *recording), nullptr);
}

/// The event as a script sends it: the recorded bytes, signed again each time.
LoadEvent load_event(const RecordedEvent& event, const Options& options, const Target& target,
                     const Headers& given) {
  return {.name = event.type.value_or("(no type)"),
          .request = unsigned_again(addressed_to(event.request, target.url, HostHeader::of_target), given),
          .encoding = options.encoding.value_or(event.encoding.value_or(Encoding::v0))};
}

/// Sets the events at the distances they were recorded at, or a fraction of them.
OutgoingSource paced(EventSource source, RequestMaker make, double speed) {
  return [source = std::move(source), make = std::make_shared<RequestMaker>(std::move(make)), speed,
          last = std::optional<Time>(),
          due = std::chrono::microseconds{0}]() mutable -> std::optional<Outgoing> {
    auto next = source();
    if (!next) return std::nullopt;
    const auto event = std::make_shared<const RecordedEvent>(std::move(*next));
    if (speed > 0 && last && event->received_at > *last) {
      const double gap = static_cast<double>((event->received_at - *last).count()) / speed;
      due += std::chrono::microseconds{static_cast<std::int64_t>(std::min(gap, 1e15))};
    }
    last = event->received_at;
    return Outgoing{.name = event->type.value_or("(no type)"),
                    .id = event->id,
                    .make = [event, make](Time now) { return (*make)(*event, now); },
                    .due = due,
                    .weight = event->request.body.size()};
  };
}

/// Reads the first two events, to know whether there is one or many. Standard input may take its time, so it is many.
DeliveryCount count_of(EventSource& source, const Options& options) {
  if (options.file == "-" || options.delivery.duplicates > 0) return DeliveryCount::many;
  std::deque<RecordedEvent> first;
  for (int i = 0; i < 2; ++i) {
    if (auto event = source()) first.push_back(std::move(*event));
  }
  const auto count = first.size() == 1 ? DeliveryCount::one : DeliveryCount::many;
  source = listed(std::move(first), std::move(source));
  return count;
}

/// Reads `last` or an id in place of the file: the listener's last events are the file then, and an event goes to where
/// it was forwarded, unless a URL was given.
void use_memory(Options& options, const Context& context) {
  const auto place = remembered_event(options.file, context);
  if (!place) return;
  options.file = place->file;
  options.ids = place->ids;
  if (!context.settings.origin_of("url").empty()) return;
  Recording recording(options.file, context.in, [](std::string_view) {});
  const auto events = find_events(options.ids, recording);
  if (events.front().forward) options.target.url = events.front().forward->url;
}

std::string nothing_in(const std::string& file) {
  return fmt::format("there is nothing to replay in '{}'", file);
}

std::string why_nothing(const Recording& recording) {
  return recording.incomplete() > 0
             ? "its requests have no bodies: export the HAR again, with content"
             : "there is no event in it, or none that --only, --where and --only-valid let through";
}

int print_script(LoadEngine engine, const Options& options, const Target& target, Console& console,
                 Context& context) {
  const Headers given = given_headers(options.headers);
  const auto recording = std::make_shared<Recording>(options.file, context.in, console.notes());
  const EventSource source = events_of(options, recording);
  const auto next = [&]() -> std::optional<LoadEvent> {
    const auto event = source();
    return event ? std::optional(load_event(*event, options, target, given)) : std::nullopt;
  };
  return print_load_script({.engine = engine,
                            .next = next,
                            .target = target,
                            .conflict = options.is_as_recorded ? "--as-recorded"
                                        : options.speed > 0    ? "--speed"
                                                               : "",
                            .nothing = nothing_in(options.file),
                            .remedy = why_nothing(*recording)},
                           options.delivery, context);
}

int run(Options options, Context& context) {
  const auto check_words = [&options] {
    check_word_order("replay", options.file, options.target.url, "events.jsonl");
  };
  // Four digits are a port or the beginning of an id: a port if what follows is no URL.
  if (!looks_like_url(options.target.url)) check_words();
  use_memory(options, context);
  Console console = make_console(options.output, context);
  check_words();
  const Target target = resolve_target(options.target);
  if (const auto engine = load_engine_of(options.delivery)) {
    return print_script(*engine, options, target, console, context);
  }
  note_idle_tls_flags({&target.url, 1}, console, context);
  const Headers given = given_headers(options.headers);
  // Those that are not needed are masked all the same.
  const bool is_secret_needed = !options.is_as_recorded || !options.secret.is_empty();
  const Secrets secrets =
      is_secret_needed ? load_secrets_for(target.reached(), options.secret, context) : Secrets();
  const RequestMaker make = options.is_as_recorded
                                ? as_recorded(target.url, given)
                                : signed_anew(target.url, given, secrets.front(), options.encoding);
  const auto recording = std::make_shared<Recording>(options.file, context.in, console.notes());
  EventSource source = events_of(options, recording);
  const auto count = count_of(source, options);
  const int code =
      deliver_all({.source = paced(std::move(source), make, options.speed),
                   .count = count,
                   .input = options.file == "-" ? Input::may_block : Input::at_hand,
                   .target = target,
                   .secrets = secrets,
                   .signed_with = secrets.empty() || options.is_as_recorded
                                      ? ""
                                      : describe_signing_secret(options.secret, secrets.front(), context),
                   .progress = [recording](std::uint64_t) { return recording->progress(); },
                   .nothing = nothing_in(options.file),
                   .remedy = why_nothing(*recording)},
                  options.delivery, console, context);
  if (recording->incomplete() == 0) return code;
  console.talk(
      fmt::format("{} of the capture's requests not replayed: the body is missing", recording->incomplete()));
  return code == exit_yes ? exit_could_not_judge : code;
}

double read_speed(const std::string& text) {
  if (text == "max") return 0;
  const auto speed = read_quantity(text);
  if (!speed || (speed->unit != "x" && !speed->unit.empty()) || speed->value < 1e-3 || speed->value > 1e6) {
    throw bad_value("--speed", "a speed such as 1x, 10x or max", text);
  }
  return speed->value;
}

void add_selection_options(CommandApp& app, Options& options) {
  const FlagGroup group(app, "Selection");
  const FlagRef id =
      add_value(app, "--id", options.ids, {"ID", Offer::event_id},
                "Send only the event with this id, or with these first 6 or more characters of it");
  add_value(app, "--only", options.types, an_event_type, "Send only events of this type").excludes(id);
  add_value(app, "--where", options.conditions, {"PATH=VALUE", Offer::json_path},
            "Send only events with this value, such as /action/status=Doing")
      .excludes(id);
  add_flag(app, "--only-valid", options.is_only_valid,
           "Send only events whose signature was valid when recorded")
      .excludes(id);
}

}  // namespace

Command replay_command(CommandApp& root) {
  CommandApp& app = add_command(root, "replay", replay_help);
  const auto options = std::make_shared<Options>();
  add_value(
      app, "file", options->file, {"FILE|ID", Offer::remembered_or_file},
      "Read events from this journal or HAR file, from standard input for -, or send the remembered event "
      "with this id, or the last one for 'last'")
      .required();
  add_target_options(app, options->target);
  add_selection_options(app, *options);
  const FlagRef as_recorded =
      add_flag(app, "--as-recorded", options->is_as_recorded, "Send the recorded timestamp and signature");
  add_encoding_option(app, options->encoding, "Set the encoding of signatures instead of the recorded one")
      .excludes(as_recorded);
  add_value(
      app, "--speed", [options](const std::string& text) { options->speed = read_speed(text); }, {"SPEED"},
      "Keep the recorded intervals (1x), shorten them (10x), or send at full speed (max)")
      .default_str("max");
  add_header_option(app, options->headers);
  add_delivery_options(app, options->delivery);
  add_secret_options(app, options->secret);
  add_output_options(app, options->output);
  return {&app, [options](Context& context) { return run(*options, context); }};
}

}  // namespace alohook
