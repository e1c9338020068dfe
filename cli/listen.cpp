// `alohook listen`: what is arriving, is it authentic, and how was it answered?
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <atomic>
#include <csignal>
#include <cstdio>
#include <fstream>
#include <memory>

#include "commands.h"
#include "edges/server.h"
#include "ground/error.h"
#include "input.h"
#include "listener.h"
#include "options.h"
#include "process.h"
#include "secrets.h"

namespace alohook {
namespace {

constexpr std::chrono::seconds stop_grace{5};
constexpr std::size_t spare_files = 32;  // for everything that is not a connection

struct Options {
  OutputOptions output;
  SecretOptions secret;
  ServerOptions server{.port = 8256};
  std::string port_file;
  std::string certificate_file;
  std::string key_file;
  bool is_self_signed = false;
  ReceiverPolicy policy;
  std::chrono::milliseconds tolerance = default_tolerance;
  std::vector<std::string> only;
  std::vector<std::string> where;
  EventView view;
};

/// Writes the port so that whoever waits for the file never reads half of it.
void write_port_file(const std::string& path, std::uint16_t port) {
  const std::string draft = path + ".draft";
  std::ofstream file(draft);
  file << port << '\n';
  file.close();
  if (!file || std::rename(draft.c_str(), path.c_str()) != 0) {
    throw Error(fmt::format("cannot write the port file '{}'", path));
  }
}

std::optional<TlsIdentity> tls_identity(const Options& options, Context& context) {
  if (options.is_self_signed) return make_self_signed(options.server.host);
  if (options.certificate_file.empty()) return std::nullopt;
  return TlsIdentity{read_input(options.certificate_file, context), read_input(options.key_file, context)};
}

void announce(const Options& options, const Server& server, Console& console) {
  console.talk(fmt::format("listening on {}", server.url()));
  for (std::size_t i = 0; i < options.policy.secrets.size(); ++i) {
    console.talk("  verifying with " + describe(options.policy.secrets[i], i + 1));
  }
  if (options.secret.is_empty()) {
    console.talk("  this is the development secret; to put it into your app: alohook secret --show");
  }
  if (options.server.tls) console.talk("  certificate sha256 " + fingerprint(*options.server.tls));
}

int run(Options& options, Context& context) {
  options.policy.secrets = load_secrets(options.secret, context);
  options.policy.verification.tolerance = std::chrono::floor<std::chrono::seconds>(options.tolerance);
  options.server.tls = tls_identity(options, context);
  const std::size_t room = raise_file_limit();
  options.server.max_connections =
      std::min(options.server.max_connections, room > 2 * spare_files ? room - spare_files : 1);

  EventFilter filter;
  for (const std::string& type : options.only) filter.add_type(type);
  for (const std::string& condition : options.where) filter.add_where(condition);
  Console console = make_console(options.output, context);
  Listener listener({.policy = options.policy, .filter = filter, .view = options.view}, console, context);
  Server server(
      options.server,
      [&](Incoming incoming, const Responder& respond) { listener.on_request(std::move(incoming), respond); },
      [&](const Rejection& rejection) { listener.on_rejection(rejection); });

  int signals = 0;
  std::atomic<bool> is_interrupted = false;
  const auto watching = context.watch_signals([&](int signal) {
    if (++signals > 1) return context.abandon(128 + signal);
    is_interrupted = signal == SIGINT;
    server.stop(stop_grace);
  });
  if (!options.port_file.empty()) write_port_file(options.port_file, server.port());
  announce(options, server, console);
  server.run();
  if (is_interrupted && context.err_is_terminal) console.talk("");  // the terminal has just shown ^C
  listener.finish();
  return exit_yes;
}

void add_server_options(CLI::App& app, Options& options) {
  app.add_option("--host", options.server.host, "Address to listen on")
      ->capture_default_str()
      ->type_name("HOST");
  app.add_option("--port", options.server.port, "Port to listen on; 0 takes any free one")
      ->capture_default_str()
      ->type_name("PORT");
  app.add_option("--port-file", options.port_file, "Write the port to this file when ready")
      ->type_name("FILE");
  app.add_option("--unix", options.server.unix_path, "Listen on this socket file instead")->type_name("FILE");
  app.add_option("--path", options.policy.path, "Receive at this path only; others get 404")
      ->type_name("PATH");
  auto* certificate =
      app.add_option("--tls-cert", options.certificate_file, "Serve https with this PEM certificate");
  auto* key = app.add_option("--tls-key", options.key_file, "The certificate's PEM key")->type_name("FILE");
  certificate->type_name("FILE")->needs(key);
  key->needs(certificate);
  app.add_flag("--tls-self-signed", options.is_self_signed, "Serve https with a certificate made in memory")
      ->excludes(certificate);
  add_size(app, "--max-body", options.server.max_body_bytes, "Largest body; larger ones get 413");
  app.add_option("--max-connections", options.server.max_connections,
                 "Most open connections; further ones get 503")
      ->check(CLI::NonNegativeNumber.description(""))
      ->capture_default_str()
      ->type_name("N");
  add_duration(app, "--request-timeout", options.server.request_timeout,
               "Time for a request to arrive; then 408");
}

void add_receiver_options(CLI::App& app, Options& options) {
  add_encoding_option(app, options.policy.verification.encoding,
                      "Accept this form of signature only; default is any");
  add_duration(app, "--tolerance", options.tolerance, "Largest age of a timestamp, in both directions");
  app.add_option("--accepted-status", options.policy.accepted_status, "Answer to an event that verifies")
      ->capture_default_str()
      ->check(CLI::Range(200, 599).description(""))
      ->type_name("STATUS");
  app.add_option("--refused-status", options.policy.refused_status, "Answer to an event that does not verify")
      ->capture_default_str()
      ->check(CLI::Range(200, 599).description(""))
      ->type_name("STATUS");
}

void add_view_options(CLI::App& app, Options& options) {
  app.add_option("--only", options.only, "Show events of this type only; may be repeated")
      ->type_name("EVENT")
      ->allow_extra_args(false);
  app.add_option("--where", options.where, "Show events with this value only; may be repeated")
      ->type_name("/POINTER=VALUE")
      ->allow_extra_args(false);
  app.add_flag("-v,--verbose", options.view.with_headers, "Show headers");
  app.add_flag("--raw", options.view.body.as_received, "Show the body as received, not indented");
  app.add_option("--max-lines", options.view.body.max_lines, "Most lines of a body to show; 0 shows all")
      ->check(CLI::NonNegativeNumber.description(""))
      ->capture_default_str()
      ->type_name("N");
}

}  // namespace

Command listen_command(CLI::App& root) {
  auto* app = root.add_subcommand("listen", "Receive events, verify them, and show them");
  const auto options = std::make_shared<Options>();
  add_server_options(*app, *options);
  add_secret_options(*app, options->secret);
  add_receiver_options(*app, *options);
  add_view_options(*app, *options);
  add_output_options(*app, options->output);
  app->footer(
      "Examples:\n"
      "  alohook listen                                  # on http://127.0.0.1:8256/\n"
      "  alohook listen --secret-file secret.txt -v      # with headers\n"
      "  alohook listen --only action_created --format json | jq .body\n"
      "  alohook listen --port 0 --port-file port.txt    # any free port, for scripts\n"
      "\n"
      "A challenge that verifies is answered as ALO documents it. Whether ALO wants another status than 200 "
      "for\n"
      "ordinary events is not documented, nor is how the signature is written: v0=<hex>, <hex> and base64 "
      "are taken.");
  return {app, [options](Context& context) { return run(*options, context); }};
}

}  // namespace alohook
