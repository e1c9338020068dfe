// `alohook listen`: what is arriving, is it authentic, and how was it answered?
#include <fmt/format.h>

#include <atomic>
#include <csignal>
#include <cstdio>
#include <fstream>
#include <memory>

#include "base/crypto.h"
#include "base/error.h"
#include "base/spelling.h"
#include "base/visible.h"
#include "commands.h"
#include "events/event_type.h"
#include "help/command_app.h"
#include "http/server/server.h"
#include "http/url.h"
#include "inspector_setup.h"
#include "journal/file.h"
#include "options/input.h"
#include "options/listen_options.h"
#include "options/secrets.h"
#include "output/event_view.h"
#include "output/expectation_view.h"
#include "receiver/listener.h"
#include "receiver/stop_condition.h"
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

constexpr std::chrono::seconds stop_grace{5};
constexpr std::size_t spare_files = 32;  // for everything that is not a connection

/// Writes the port, and the inspector's on a second line, so that whoever waits for the file never reads half of it.
void write_port_file(const std::string& path, std::uint16_t port, std::optional<std::uint16_t> inspector) {
  const std::string draft = path + ".draft";
  std::ofstream file(draft);
  file << port << '\n';
  if (inspector) file << *inspector << '\n';
  file.close();
  if (!file || std::rename(draft.c_str(), path.c_str()) != 0) {
    throw Error(fmt::format("cannot write the port file '{}'", path));
  }
}

std::optional<TlsIdentity> tls_identity(const ListenOptions& options, Context& context) {
  if (options.is_self_signed) return make_self_signed(options.server.host);
  if (options.certificate_file.empty()) return std::nullopt;
  return TlsIdentity{read_input(options.certificate_file, context), read_input(options.key_file, context)};
}

void announce(const ListenOptions& options, const Server& server, Console& console) {
  console.talk(fmt::format("listening on {}", server.url()));
  for (std::size_t i = 0; i < options.policy.secrets.size(); ++i) {
    console.talk("  verifying with " + describe(options.policy.secrets[i], i + 1));
  }
  if (options.secret.is_empty()) {
    console.talk("  this is the development secret; to put it into your app: alohook secret --show");
  }
  if (options.server.tls) console.talk("  certificate sha256 " + fingerprint(*options.server.tls));
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

Expected awaited(const ListenOptions& options) {
  Expected awaited;
  awaited.is_command_run = !options.command.empty();
  awaited.timeout = options.timeout;
  for (const std::string& text : options.expect) awaited.events.add(text);
  for (const std::string& condition : options.where) awaited.filter.add_where(condition);
  return awaited;
}

std::vector<std::string> named_types(const Expectation& expectation, const ForwardPolicy& forward) {
  std::vector<std::string> types;
  for (const Expectation::Item& item : expectation.items()) types.push_back(item.type);
  for (const ForwardRoute& route : forward.routes) types.push_back(route.type);
  return types;
}

/// A misspelt type would be waited for, or forwarded, in vain; ALO may have others than it documents.
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

std::shared_ptr<void> start_command(const ListenOptions& options, const Server& server, StopCondition& ending,
                                    Context& context) {
  if (options.command.empty()) return nullptr;
  Url url = parse_url(server.url());
  if (!options.policy.path.empty()) url.target = options.policy.path;
  const Variables variables{{"ALOHOOK_URL", url.to_string()},
                            {"ALOHOOK_SECRET", std::string(options.policy.secrets.front().bytes())}};
  return context.start_command(options.command, variables,
                               [&ending](int code) { ending.on_command_end(code); });
}

std::function<void(const ReceivedEvent&)> show_on(Console& console, const EventView& view) {
  switch (console.format()) {
    case Format::human:
      return [&console, view](const ReceivedEvent& event) {
        console.human(show_event(event, view, console.palette()));
      };
    case Format::json:
      return [&console](const ReceivedEvent& event) { console.json(to_json_line(event)); };
    case Format::quiet:
      break;
  }
  return {};
}

std::string summary(const ListenerCounts& counts) {
  std::string line = fmt::format("stopped; {} valid, {} refused", counts.valid, counts.rejected);
  if (counts.malformed > 0) line += fmt::format(", {} turned away", counts.malformed);
  if (counts.unrecorded > 0) line += fmt::format(", {} could not be recorded", counts.unrecorded);
  return line;
}

int exit_code_of(const StopCondition::Result& result) {
  if (result.is_success()) return exit_yes;
  return result.signal ? 128 + *result.signal : exit_no;
}

int run(ListenOptions& options, Context& context) {
  options.policy.secrets = load_secrets(options.secret, context);
  options.server.tls = tls_identity(options, context);
  const std::size_t room = raise_file_limit();
  options.server.max_connections =
      std::min(options.server.max_connections, room > 2 * spare_files ? room - spare_files : 1);

  Console console = make_console(options.output, context);
  EventFilter filter;
  for (const std::string& type : options.only) filter.add_type(type);
  for (const std::string& condition : options.where) filter.add_where(condition);
  const auto is_over = std::make_shared<std::atomic<bool>>(false);
  options.forward_client.interrupt = is_over;

  const ForwardPolicy forward = forward_policy(options);

  std::unique_ptr<Server> server;
  std::unique_ptr<Inspector> inspector;
  StopCondition ending(awaited(options), [&server] { server->stop(stop_grace); });
  Listener listener({
      .policy = options.policy,
      .script = parse_answer_script(options.answers, read_file),
      .journal = open_journal(options),
      .forward = forward,
      .connect = [&](const Url& url) { return context.connect(url, options.forward_client); },
      .on_event = [&](const ReceivedEvent& event) { ending.on_event(event); },
      .on_response =
          [&](const ReceivedEvent& event) {
            if (inspector) inspector->feed().push(std::make_shared<const ReceivedEvent>(event));
          },
      .now = context.now,
      .make_id = [] { return fmt::format("{:016x}", random_bits()); },
      .filter = filter,
      .show = show_on(console, options.view),
      .note = console.notes(),
  });
  server = std::make_unique<Server>(
      options.server,
      [&](Incoming incoming, Responder respond) {
        listener.on_request(std::move(incoming), std::move(respond));
      },
      [&](const Rejection& rejection) {
        listener.on_rejection(rejection);
        if (inspector) inspector->push(rejection, context.now());
      });

  if (options.inspector_port) inspector = make_inspector(options, forward, server->url(), is_over, context);
  int signals = 0;
  std::atomic<bool> is_interrupted = false;
  const auto watching = context.watch_signals([&](int signal) {
    if (++signals > 1) return context.abandon(128 + signal);
    is_interrupted = signal == SIGINT;
    ending.on_signal(signal);
  });
  if (!options.port_file.empty()) {
    write_port_file(options.port_file, server->port(),
                    inspector ? std::optional(inspector->port()) : std::nullopt);
  }
  announce(options, *server, console);
  std::shared_ptr<void> browser;
  if (inspector) {
    console.talk("  inspect at " + inspector->url());
    inspector->start();
    if (options.is_inspector_opened) browser = open_in_browser(inspector->url(), console, context);
  }
  warn_of_unknown_types(named_types(ending.result().events, forward), console);
  ending.start();
  auto command = start_command(options, *server, ending, context);
  server->run();
  *is_over = true;
  if (inspector) inspector->stop();
  command = nullptr;                                                // ends it, if it still runs
  if (is_interrupted && context.err_is_terminal) console.talk("");  // the terminal has just shown ^C
  console.talk(summary(listener.finish()));
  const StopCondition::Result result = ending.result();
  if (!result.events.is_empty() || result.is_command_run) {
    console.human(show_expectation(result, console.palette()));
    console.json(expectation_json(result));
  }
  return exit_code_of(result);
}

}  // namespace

Command listen_command(CLI::App& root) {
  CommandApp& app = add_command(root, "listen", listen_help);
  const auto options = std::make_shared<ListenOptions>();
  add_listen_options(app, *options);
  return {&app, [options](Context& context) { return run(*options, context); }};
}

}  // namespace alohook
