#include "options/listen_options.h"
#include "signing/signed_request.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <charconv>

namespace alohook {
namespace {

void add_server_options(CLI::App& app, ListenOptions& options) {
  const FlagGroup group(app, "Listening");
  app.add_option("--host", options.server.host, "Address to listen on")
      ->capture_default_str()
      ->type_name("HOST");
  check_number(app.add_option("--port", options.server.port, "Port to listen on; 0 takes any free one"), 0,
               65535)
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
  check_number(app.add_option("--max-connections", options.server.max_connections,
                              "Most open connections; further ones get 503"))
      ->capture_default_str()
      ->type_name("N");
  add_duration(app, "--request-timeout", options.server.request_timeout,
               "Time for a request to arrive; then 408");
}

void add_receiver_options(CLI::App& app, ListenOptions& options) {
  const FlagGroup group(app, "Judging and answering");
  add_encoding_option(app, options.policy.verification.encoding,
                      "Accept this form of signature only; default is any");
  add_duration(app, "--tolerance", options.tolerance, "Largest age of a timestamp, in both directions");
  check_number(
      app.add_option("--accepted-status", options.policy.accepted_status, "Answer to an event that verifies"),
      200, 599)
      ->capture_default_str()
      ->type_name("STATUS");
  check_number(app.add_option("--refused-status", options.policy.refused_status,
                              "Answer to an event that does not verify"),
               200, 599)
      ->capture_default_str()
      ->type_name("STATUS");
}

void add_view_options(CLI::App& app, ListenOptions& options) {
  const FlagGroup group(app, "Showing");
  app.add_option("--only", options.only, "Show events of this type only; may be repeated")
      ->type_name("EVENT")
      ->allow_extra_args(false);
  app.add_option("--where", options.where, "Show events with this value only; may be repeated")
      ->type_name("/POINTER=VALUE")
      ->allow_extra_args(false);
  app.add_flag("-v,--verbose", options.view.with_headers, "Show headers");
  app.add_flag("--raw", options.view.body.as_received, "Show the body as received, not indented");
  check_number(
      app.add_option("--max-lines", options.view.body.max_lines, "Most lines of a body to show; 0 shows all"))
      ->capture_default_str()
      ->type_name("N");
}

void add_answer_options(CLI::App& app, AnswerScriptText& answers) {
  const FlagGroup group(app, "Answering by script");
  app.add_option(
         "--respond", answers.respond,
         "Answers by script, one entry a request, valid or not; the last repeats: 503,200:body.json,reset")
      ->type_name("LIST");
  std::string names;
  for (const NamedFault& fault : named_faults) names.append(names.empty() ? "" : "|").append(fault.name);
  app.add_option("--fault", answers.faults,
                 "Answers with this fault; 2:reset is for the second request alone, and may be repeated")
      ->type_name(names)
      ->allow_extra_args(false);
  add_duration(app, "--delay", answers.delay, "Answers so much later");
}

void add_record_options(CLI::App& app, ListenOptions& options) {
  const FlagGroup group(app, "Recording");
  auto* journal =
      app.add_option("--record", options.journal, "Append each event to this journal before it is answered");
  journal->type_name("FILE");
  app.add_flag("--sync", options.is_journal_synced, "Let the journal survive a loss of power too")
      ->needs(journal);
}

void add_forward_options(CLI::App& app, ListenOptions& options) {
  const FlagGroup group(app, "Forwarding");
  auto* forward =
      app.add_option("--forward", options.forward,
                     "Pass events on to this URL, and its answers back; TYPE=URL for one type; may be "
                     "repeated");
  forward->type_name("[TYPE=]URL")->allow_extra_args(false);
  app.add_flag("--only-valid", options.forward_policy.only_valid, "Forward nothing that does not verify")
      ->needs(forward);
  app.add_flag_callback(
         "--keep-host", [&options] { options.forward_policy.host = HostHeader::kept; },
         "Forward the Host header as it came")
      ->needs(forward);
  check_number(app.add_option("--forward-concurrency", options.forward_policy.concurrency,
                              "Connections to each target; more than one gives up the order"),
               1, 256)
      ->needs(forward)
      ->capture_default_str()
      ->type_name("N");
  check_number(
      app.add_option("--forward-queue", options.forward_policy.queue,
                     "Events that may wait for a slow target; further ones wait for a place, then get 503"),
      1, 1'000'000)
      ->needs(forward)
      ->capture_default_str()
      ->type_name("N");
  add_duration(app, "--forward-wait", options.forward_policy.wait, "How long they wait for a place");
  add_duration(app, "--forward-timeout", options.forward_client.timeout,
               "Time for the target to answer; then 504");
  app.add_flag("--insecure", options.is_forward_insecure, "Do not verify the target's certificate")
      ->needs(forward);
  app.add_option("--cacert", options.forward_client.ca_file,
                 "Trust these certificates for the target instead of the system's")
      ->needs(forward)
      ->type_name("FILE");
}

void add_inspect_options(CLI::App& app, ListenOptions& options) {
  const FlagGroup group(app, "Inspecting");
  auto* inspect = app.add_option_function<std::string>(
      "--inspect",
      [&options](const std::string& text) { options.inspector_port = read_inspector_port(text); },
      "Show events on a page in the browser, on this port of 127.0.0.1");
  inspect->expected(0, 1)->default_str("8257")->type_name("[PORT]");
  app.add_flag("--open", options.is_inspector_opened, "Open the page in the default browser")->needs(inspect);
}

void add_expect_options(CLI::App& app, ListenOptions& options) {
  const FlagGroup group(app, "Expecting");
  app.add_option("--expect", options.expect,
                 "End once this many events of the type came with valid signatures; may be repeated")
      ->type_name("TYPE[=N]")
      ->allow_extra_args(false);
  add_duration(app, "--timeout", options.timeout,
               "Time for what is expected, and for the command; then exit code 1");
  app.add_option(
         "command", options.command,
         "After --: a program to run once ready, with ALOHOOK_URL and ALOHOOK_SECRET; its failure is ours")
      ->type_name("-- COMMAND");
}

}  // namespace

std::uint16_t read_inspector_port(const std::string& text) {
  if (text.empty() || text == "true") return default_inspector_port;
  std::uint16_t port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  if (error != std::errc() || end != text.data() + text.size()) {
    throw CLI::ValidationError("--inspect", fmt::format("'{}' is not a port", text));
  }
  return port;
}

void add_listen_options(CLI::App& app, ListenOptions& options) {
  add_server_options(app, options);
  add_secret_options(app, options.secret);
  add_receiver_options(app, options);
  add_answer_options(app, options.answers);
  add_record_options(app, options);
  add_forward_options(app, options);
  add_inspect_options(app, options);
  add_expect_options(app, options);
  add_view_options(app, options);
  add_output_options(app, options.output);
}

}  // namespace alohook
