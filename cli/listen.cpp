// `alohook listen`: what is arriving, is it authentic, and how was it answered?
#include <fmt/format.h>

#include <atomic>
#include <csignal>
#include <memory>
#include <optional>

#include "base/crypto.h"
#include "base/error.h"
#include "base/spelling.h"
#include "base/visible.h"
#include "commands.h"
#include "events/event_type.h"
#include "http/server/server.h"
#include "http/url.h"
#include "inspector_setup.h"
#include "journal/file.h"
#include "listen_view.h"
#include "options/declare.h"
#include "options/input.h"
#include "options/listen_options.h"
#include "options/secrets.h"
#include "options/target.h"
#include "output/expectation_view.h"
#include "receiver/listener.h"
#include "receiver/stop_condition.h"
#include "world/port_file.h"
#include "world/process.h"

namespace alohook {
namespace {

const CommandHelp listen_help{
    .summary = "Receive events, verify their signatures, and print them",
    .examples = {{"alohook listen", "Listen on http://127.0.0.1:8256/"},
                 {"alohook listen --forward http://127.0.0.1:3000 --record events.jsonl",
                  "Forward each event to your server, and keep a journal"},
                 {"alohook listen --only action_created --format json | jq .body", "Process events with jq"},
                 {"alohook listen --respond 503,503,200", "Test how a sender retries"},
                 {"alohook listen --fault 1:reset --delay 2s",
                  "Reset the first connection, delay every response"},
                 {"alohook listen --expect action_created=2 --timeout 30s -- npm test",
                  "In CI: fail unless two events of this type arrive"}},
    .notes = {"A valid challenge gets the response that ALO documents. ALO doesn't document which status it "
              "expects for "
              "other events, or how signatures are encoded: alohook accepts v0=<hex>, <hex> and base64."},
    .exit_codes = {{"0", "stopped, or every expected event arrived"},
                   {"1", "an expected event didn't arrive, or the command failed"},
                   {"2", "can't start"}},
    .topics = {"journal", "protocol", "ci"},
};

constexpr std::chrono::seconds stop_grace{5};        // for requests in progress
constexpr std::chrono::seconds finish_patience{10};  // for the journal and the forwarding targets after that
constexpr std::chrono::seconds output_patience{2};   // for a terminal or pipe that takes nothing
constexpr std::size_t spare_files = 32;              // for everything that is not a connection

std::optional<TlsIdentity> tls_identity(const ListenOptions& options, Context& context) {
  if (options.is_self_signed) return make_self_signed(options.server.host);
  if (options.certificate_file.empty()) return std::nullopt;
  return TlsIdentity{read_input(options.certificate_file, context), read_input(options.key_file, context)};
}

ServerOptions server_options(const ListenOptions& options, Context& context) {
  ServerOptions server = options.server;
  server.tls = tls_identity(options, context);
  const std::size_t room = raise_file_limit();
  server.max_connections = std::min(server.max_connections, room > 2 * spare_files ? room - spare_files : 1);
  return server;
}

ReceiverPolicy receiver_policy(const ListenOptions& options, Context& context) {
  ReceiverPolicy policy = options.policy;
  policy.secrets = load_secrets(options.secret, context);
  return policy;
}

ListenView::Extras extras_of(const ListenOptions& options, const std::optional<TlsIdentity>& identity,
                             Time now) {
  ListenView::Extras extras;
  if (!identity) return extras;
  extras.certificate = fingerprint(*identity);
  if (options.server.unix_path.empty())
    for (const std::string& warning : identity_warnings(*identity, options.server.host, now))
      extras.warnings.push_back("clients will reject the certificate: " + warning);
  return extras;
}

/// A listener that forwards to itself would pass on each event until the time is up.
void reject_own_targets(const ForwardPolicy& forward, const Server& server) {
  for (const ForwardRoute& route : forward.routes) {
    if (!server.is_reached_by(route.url)) continue;
    throw Error(fmt::format("--forward '{}' is this listener's own address", visible(route.url.to_string())),
                "give your own server's URL");
  }
}

/// Reads `URL` or `TYPE=URL`.
ForwardRoute read_route(const std::string& text) {
  const auto equals = text.find('=');
  if (looks_like_url(text) || equals == std::string::npos) return {"", parse_url(text)};
  if (equals == 0)
    throw Error(fmt::format("'{}' does not say where to forward to", visible(text)), "write TYPE=URL");
  return {text.substr(0, equals), parse_url(text.substr(equals + 1))};
}

ForwardPolicy forward_policy(const ListenOptions& options) {
  ForwardPolicy policy = options.forward_policy;
  for (const std::string& text : options.forward) {
    ForwardRoute route = read_route(text);
    for (const ForwardRoute& other : policy.routes) {
      if (route.type == other.type || same_event(route.type, other.type)) {
        throw Error(fmt::format("'{}' and '{}' forward the same events", other.url.to_string(),
                                route.url.to_string()),
                    "each event goes to one target; name other types with TYPE=URL");
      }
    }
    policy.routes.push_back(std::move(route));
  }
  return policy;
}

std::unique_ptr<JournalFile> open_journal(const ListenOptions& options) {
  if (options.journal.empty()) return nullptr;
  return std::make_unique<JournalFile>(options.journal, options.durability);
}

Expected expected(const ListenOptions& options) {
  Expected expected;
  expected.is_command_run = !options.command.empty();
  expected.timeout = options.timeout;
  for (const std::string& text : options.expect) expected.events.add(text);
  for (const std::string& condition : options.where) expected.filter.add_where(condition);
  return expected;
}

EventFilter shown_events(const ListenOptions& options) {
  EventFilter filter;
  for (const std::string& type : options.only) filter.add_type(type);
  for (const std::string& condition : options.where) filter.add_where(condition);
  return filter;
}

std::vector<std::string> named_types(const ListenOptions& options, const Expectation& expectation,
                                     const ForwardPolicy& forward) {
  std::vector<std::string> types = options.only;
  for (const Expectation::Item& item : expectation.items()) types.push_back(item.type);
  for (const ForwardRoute& route : forward.routes) types.push_back(route.type);
  return types;
}

/// Notes flags about certificates that no target needs. The inspector sends to other URLs too.
void warn_of_idle_flags(const ListenOptions& options, const ForwardPolicy& forward, Console& console,
                        const Context& context) {
  if (options.inspector_port) return;
  std::vector<Url> urls;
  for (const ForwardRoute& route : forward.routes) urls.push_back(route.url);
  note_idle_tls_flags(urls, console, context);
}

/// Notes types that ALO doesn't document: a misspelled one never arrives, but ALO may have others than it documents.
void warn_of_unknown_types(const std::vector<std::string>& types, Console& console) {
  std::vector<std::string_view> known;
  for (const EventType& type : event_types()) known.insert(known.end(), {type.name, type.alias});
  std::erase(known, "");
  for (const std::string& type : types) {
    if (type.empty() || find_event_type(type) != nullptr) continue;
    const auto near = nearest(type, known);
    console.talk(fmt::format("note: '{}' is not a type that ALO documents{}", visible(type),
                             near.empty() ? "" : fmt::format("; did you mean '{}'?", near)));
  }
}

std::shared_ptr<void> start_command(const ListenOptions& options, const Secret& secret, const Server& server,
                                    StopCondition& stop_condition, Context& context) {
  if (options.command.empty()) return nullptr;
  Url url = parse_url(server.url());
  if (!options.policy.path.empty()) url.target = options.policy.path;
  const Variables variables{{"ALOHOOK_URL", url.to_string()},
                            {"ALOHOOK_SECRET", std::string(secret.bytes())}};
  return context.start_command(options.command, variables,
                               [&stop_condition](int code) { stop_condition.on_command_end(code); });
}

/// Sets how the listener shows events; it shows nothing with `--format quiet`.
void show_on(Console& console, const ListenOptions& options, ListenView& view, ListenerSettings& settings) {
  if (console.format() == Format::human) {
    settings.show_arrival = [&view](const Arrival& arrival) { view.on_arrival(arrival); };
    settings.show = [&view](const ReceivedEvent& event) { view.on_response(event); };
  }
  if (console.format() != Format::json) return;
  settings.filter = shown_events(options);
  settings.show_json = [&console](std::string_view lines) { console.json_lines(lines); };
}

std::string summary(const ListenerCounts& counts) {
  std::string line = fmt::format("stopped; {} valid, {} rejected", counts.valid, counts.rejected);
  if (counts.malformed > 0) line += fmt::format(", {} malformed", counts.malformed);
  if (counts.from_pages > 0) line += fmt::format(", {} from web pages", counts.from_pages);
  if (counts.unrecorded > 0) line += fmt::format(", {} could not be recorded", counts.unrecorded);
  if (counts.unshown > 0) line += fmt::format(", {} not shown", counts.unshown);
  return line;
}

int exit_code_of(const StopCondition::Result& result) {
  if (result.is_success()) return exit_yes;
  return result.signal ? 128 + *result.signal : exit_no;
}

int run(const ListenOptions& options, Context& context) {
  const ReceiverPolicy policy = receiver_policy(options, context);
  const ServerOptions serving = server_options(options, context);
  const ForwardPolicy forward = forward_policy(options);
  ClientOptions forward_client = options.forward_client;
  const auto is_over = std::make_shared<std::atomic<bool>>(false);
  forward_client.interrupt = is_over;

  Console console = make_console(options.output, context);
  StopCondition stop_condition(expected(options));
  std::unique_ptr<Inspector> inspector;
  const Forwarder::Connect connect = [&](const Url& url) { return context.connect(url, forward_client); };
  ListenView view({options, policy, forward, connect, console, context});
  ListenerSettings settings{
      .policy = policy,
      .script = parse_response_script(options.answers, read_file),
      .journal = open_journal(options),
      .forward = forward,
      .connect = connect,
      .allows_pages = options.allows_pages,
      .on_event = [&](const ReceivedEvent& event) { stop_condition.on_event(event); },
      .on_response =
          [&](std::shared_ptr<const ReceivedEvent> event) {
            if (inspector) inspector->feed().push(std::move(event));
          },
      .now = context.now,
      .make_id = [] { return event_id(random_bits()); },
      .note = console.notes(),
  };
  show_on(console, options, view, settings);
  Listener listener(std::move(settings));
  Server server(
      serving,
      [&](Incoming incoming, Responder respond) {
        listener.on_request(std::move(incoming), std::move(respond));
      },
      [&](const Rejection& rejection) {
        listener.on_rejection(rejection);
        if (inspector) inspector->push(rejection, context.now());
      });

  if (options.inspector_port)
    inspector = make_inspector(options, policy, forward, server.url(), is_over, context);
  int signals = 0;
  std::atomic<bool> is_interrupted = false;
  std::shared_ptr<void> last_resort;
  const auto watching = context.watch_signals([&](int signal) {
    if (++signals > 1) return context.abandon(128 + signal);
    is_interrupted = signal == SIGINT;
    if (const std::size_t count = listener.deliveries(); count > 0) {
      listener.post([&console, count] {
        console.talk(fmt::format("waiting for {} deliver{}, press Ctrl-C again to quit", count,
                                 count == 1 ? "y" : "ies"));
      });
    }
    last_resort = context.abandon_after(stop_grace + finish_patience, 128 + signal);
    stop_condition.on_signal(signal);
  });
  reject_own_targets(forward, server);
  std::optional<PortFile> port_file;
  if (!options.port_file.empty()) {
    port_file.emplace(options.port_file, server.port(),
                      inspector ? std::optional(inspector->port()) : std::nullopt);
  }
  std::shared_ptr<void> browser;
  ListenView::Extras extras = extras_of(options, serving.tls, context.now());
  if (inspector) {
    extras.inspector = inspector->url();
    extras.open = [&] { browser = open_in_browser(inspector->url(), console, context); };
    inspector->start();
  }
  view.announce(server.url(), extras,
                [&listener](std::function<void()> job) { listener.post(std::move(job)); });
  if (inspector && options.is_inspector_opened) listener.post(extras.open);
  if (context.settings.origin_of("timeout") == "--timeout" && options.expect.empty() &&
      options.command.empty())
    console.talk("note: --timeout has nothing to wait for: add --expect TYPE or -- COMMAND");
  warn_of_idle_flags(options, forward, console, context);
  warn_of_unknown_types(named_types(options, stop_condition.result().events, forward), console);
  stop_condition.start([&server] { server.stop(stop_grace); });
  auto command = start_command(options, policy.secrets.front(), server, stop_condition, context);
  server.run();
  *is_over = true;
  if (inspector) inspector->stop();
  command = nullptr;  // ends it, if it still runs
  port_file.reset();
  view.stop_keys();
  listener.finish();

  const StopCondition::Result result = stop_condition.result();
  const int exit_code = exit_code_of(result);
  // From here on only the output is left, and a terminal that stands still never takes it.
  const auto deadline = context.abandon_after(2 * output_patience, exit_code);
  const bool is_all_shown = listener.finish_output(output_patience);
  if (is_all_shown) view.finish();
  if (is_interrupted && context.err_is_terminal) console.talk("");  // the terminal has just shown ^C
  console.talk(summary(listener.counts()));
  if (!is_all_shown) context.abandon(exit_code);
  if (!result.events.is_empty() || result.is_command_run) {
    console.human(show_expectation(result, console.palette()));
    console.json(expectation_json(result));
  }
  return exit_code;
}

}  // namespace

Command listen_command(CommandApp& root) {
  CommandApp& app = add_command(root, "listen", listen_help);
  const auto options = std::make_shared<ListenOptions>();
  add_listen_options(app, *options);
  return {&app, [options](Context& context) { return run(*options, context); }};
}

}  // namespace alohook
