#include "options/listen_options.h"

#include "options/declare.h"

namespace alohook {
namespace {

constexpr Choice<EventOutput> event_outputs[] = {
    {"pretty", EventOutput::pretty, "the body, up to half of the terminal"},
    {"compact", EventOutput::compact, "two lines without a body"},
    {"full", EventOutput::full, "headers and the whole body"}};

constexpr NumberRange statuses{200, 599};

void add_server_options(CommandApp& app, ListenOptions& options) {
  const FlagGroup group(app, "Listening");
  add_value(app, "--host", options.server.host, {"HOST"}, "Listen on this address")
      .default_str(options.server.host);
  add_number(app, "--port", options.server.port, {0, 65535}, {"PORT"},
             "Listen on this port, or 0 for any free one");
  add_value(app, "--port-file", options.port_file, a_file, "Write the port to this file once ready");
  add_value(app, "--unix", options.server.unix_path, a_file, "Listen on this Unix socket instead");
  const auto read_path = [&options](const std::string& text) {
    if (!text.starts_with('/')) throw bad_value("--path", "a path such as /webhooks/alo", text);
    options.policy.path = text;
  };
  add_value(app, "--path", read_path, {"PATH"},
            "Receive events at this path only, and respond with 404 elsewhere");
  const FlagRef certificate =
      add_value(app, "--tls-cert", options.certificate_file, a_file, "Serve HTTPS with this PEM certificate");
  const FlagRef key =
      add_value(app, "--tls-key", options.key_file, a_file, "Read the certificate's PEM key from this file");
  certificate.needs(key);
  key.needs(certificate);
  add_flag(app, "--tls-self-signed", options.is_self_signed,
           "Serve HTTPS with a certificate generated in memory")
      .excludes(certificate);
  add_size(app, "--max-body", options.server.max_body_bytes, "Respond with 413 to a body larger than this");
  add_number(app, "--max-connections", options.server.max_connections, {0, UINT32_MAX}, {"N"},
             "Respond with 503 beyond this many open connections");
  add_flag(app, "--allow-browser", options.allows_pages,
           "Receive requests from web pages instead of responding with 403");
  add_duration(app, "--request-timeout", options.server.request_timeout,
               "Respond with 408 if a request takes longer to arrive");
}

void add_receiver_options(CommandApp& app, ListenOptions& options) {
  const FlagGroup group(app, "Verification");
  add_encoding_option(app, options.policy.verification.encoding, "Accept signatures in this encoding only");
  add_duration(app, "--tolerance", options.policy.verification.tolerance,
               "Accept timestamps that are at most this far in the past or future");
  add_number(app, "--accepted-status", options.policy.accepted_status, statuses, {"STATUS"},
             "Respond with this status to a valid event");
  add_number(app, "--refused-status", options.policy.refused_status, statuses, {"STATUS"},
             "Respond with this status to an event with an invalid signature");
}

void add_view_options(CommandApp& app, ListenOptions& options) {
  const FlagGroup group(app, "Display");
  add_choice<EventOutput>(app, "--output", "HOW", event_outputs, options.shape,
                          "Show events with bodies, in two lines, or in full");
  add_value(app, "--only", options.only, an_event_type, "Print only events of this type");
  add_value(app, "--where", options.where, {"PATH=VALUE", Offer::json_path},
            "Print only events with this value");
  add_flag(app, "-v,--verbose", options.view.with_headers, "Print headers");
  add_flag(app, "--raw", options.view.body.as_received, "Print the body as received, without indentation");
  add_number(app, "--max-lines", options.view.body.max_lines, {0, UINT32_MAX}, {"N"},
             "Limit the lines of a body, or 0 for no limit");
  add_flag(app, "--session,!--no-session", options.has_session,
           "Remember the last 1,000 events of a listener in a terminal (default)");
  add_flag(app, "--keys,!--no-keys", options.has_keys, "Accept keys below the log in a terminal (default)");
}

void add_answer_options(CommandApp& app, ResponseScriptText& answers) {
  const FlagGroup group(app, "Scripted responses");
  add_value(
      app, "--respond", [&answers](const std::string& text) { answers.respond = text; }, {"LIST"},
      "Respond with these statuses, files or faults in order, such as 503,200:body.json,reset. The last one "
      "repeats");
  const FlagRef fault = add_value(app, "--fault", answers.faults, {"[N:]FAULT"},
                                  "Break every response, or the N-th, with this fault");
  std::vector<Candidate> names;
  for (const NamedFault& one : named_faults) names.push_back({std::string(one.name), {}});
  offer_words(app, fault, std::move(names));
  add_duration(app, "--delay", answers.delay, "Delay every response by this long");
}

void add_record_options(CommandApp& app, ListenOptions& options) {
  const FlagGroup group(app, "Recording");
  const FlagRef journal = add_value(app, "--record", options.journal, a_file,
                                    "Append each event to this journal before responding");
  add_action(
      app, "--sync", [&options] { options.durability = Durability::of_power; },
      "Sync the journal to disk after each event")
      .needs(journal);
}

void add_forward_options(CommandApp& app, ListenOptions& options) {
  const FlagGroup group(app, "Forwarding");
  const FlagRef forward =
      add_value(app, "--forward", options.forward, {"[TYPE=]URL", Offer::url},
                "Forward events, or those of one type, to this URL and return its responses");
  const FlagRef all = add_flag(app, "--forward-all", options.forward_policy.forwards_all,
                               "Forward events with an invalid signature too")
                          .needs(forward);
  add_action(
      app, "--only-valid", [] {}, "Forward only events with a valid signature (default)")
      .needs(forward)
      .excludes(all);
  add_action(
      app, "--keep-host", [&options] { options.forward_policy.host = HostHeader::kept; },
      "Preserve the sender's Host header")
      .needs(forward);
  add_number(app, "--forward-concurrency", options.forward_policy.concurrency, {1, 256}, {"N"},
             "Open this many connections to each target. Above 1, order isn't preserved")
      .needs(forward);
  add_number(app, "--forward-queue", options.forward_policy.queue, {1, 1'000'000}, {"N"},
             "Queue at most this many events for each target")
      .needs(forward);
  add_duration(app, "--forward-wait", options.forward_policy.wait,
               "Respond with 503 if the queue stays full for this long");
  add_duration(app, "--forward-timeout", options.forward_client.timeout,
               "Respond with 504 if the target takes longer");
  add_action(
      app, "--insecure", [&options] { options.forward_client.verify_tls = false; },
      "Skip verification of the target's certificate")
      .needs(forward);
  add_value(app, "--cacert", options.forward_client.ca_file, a_file,
            "Trust the certificates in this file for the target instead of the system's")
      .needs(forward);
}

void add_inspect_options(CommandApp& app, ListenOptions& options) {
  const FlagGroup group(app, "Inspector");
  const auto read = [&options](const std::string& text) {
    const bool has_port = !text.empty() && text != "true";  // `inspect = true` in the configuration file
    options.inspector_port = has_port ? static_cast<std::uint16_t>(read_number("--inspect", {0, 65535}, text))
                                      : default_inspector_port;
  };
  const FlagRef inspect = add_value(app, "--inspect", read, {"[PORT]"},
                                    "Show events on a page in the browser, on this port of 127.0.0.1");
  inspect.value_optional().default_str(std::to_string(default_inspector_port));
  add_flag(app, "--open", options.is_inspector_opened, "Open the page in the default browser").needs(inspect);
}

void add_expect_options(CommandApp& app, ListenOptions& options) {
  const FlagGroup group(app, "Expectations");
  add_value(app, "--expect", options.expect, {"TYPE[=N]", Offer::event_type},
            "Exit once this many valid events of this type have arrived");
  add_duration(app, "--timeout", options.timeout,
               "Exit with 1 if the expected events or the command take longer");
  add_program(
      app, options.command,
      "Run this command once ready, with ALOHOOK_URL and ALOHOOK_SECRET set. If it fails, listen fails");
}

}  // namespace

void add_listen_options(CommandApp& app, ListenOptions& options) {
  add_server_options(app, options);
  add_forward_options(app, options);
  add_record_options(app, options);
  add_inspect_options(app, options);
  add_view_options(app, options);
  add_expect_options(app, options);
  add_answer_options(app, options.answers);
  add_receiver_options(app, options);
  add_secret_options(app, options.secret);
  add_output_options(app, options.output);
}

}  // namespace alohook
