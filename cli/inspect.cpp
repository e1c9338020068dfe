// `alohook inspect`: what is in this recording? Shown on a page in the browser.
#include <fmt/format.h>

#include <atomic>
#include <csignal>
#include <fstream>
#include <memory>

#include "base/codec.h"
#include "base/crypto.h"
#include "base/error.h"
#include "commands.h"
#include "inspector_setup.h"
#include "journal/recording.h"
#include "options/flags.h"
#include "options/listen_options.h"
#include "options/memory.h"
#include "options/secrets.h"

namespace alohook {
namespace {

const CommandHelp inspect_help{
    .summary = "Show recorded events on a page in the browser",
    .examples = {{"alohook inspect events.jsonl"}, {"alohook inspect capture.har --open"}},
    .notes =
        {"The URL contains a token that changes at each start. ALOHOOK_INSPECT_TOKEN sets it (at least 24 "
         "characters).",
         "The page sends nothing: to replay an event, it shows the command to copy. alohook listen --inspect "
         "shows events as they arrive and can send them again."},
    .exit_codes = {{"0", "stopped"}, {"2", "can't start"}},
    .topics = {"journal"},
};

struct Options {
  OutputOptions output;
  SecretOptions secret;
  std::string file;
  std::uint16_t port = default_inspector_port;
  bool is_opened = false;
};

/// Returns whether the file is a journal as `--record` writes it, one event a line, which can be followed. Anything
/// else, HAR for example, is read whole.
bool is_journal_of_lines(const std::string& path) {
  constexpr std::string_view start = R"({"schema":)";
  std::ifstream file(path, std::ios::binary);
  std::string text(start.size(), '\0');
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(file.gcount()));
  return text.empty() || text == start;
}

/// Pushes the events of a HAR file, which have no verdict: they are verified as if they had just arrived at their time.
void push_all(const std::string& path, const Secrets& secrets, Feed& feed, Console& console,
              Context& context) {
  Recording recording(path, context.in, console.notes());
  while (auto recorded = recording.next()) {
    const bool is_verified = !recorded->verdict.empty();
    ReceivedEvent event = as_received(std::move(*recorded));
    if (event.id.empty()) event.id = hex_encode(random_bytes(8));
    if (!is_verified) {
      event.verification = verify(secrets, event.request.headers, event.request.body, event.received_at, {});
    }
    feed.push(std::make_shared<const ReceivedEvent>(std::move(event)));
  }
}

int run(const Options& options, Context& context) {
  Console console = make_console(options.output, context);
  const Secrets secrets = load_secrets(options.secret, context);
  const auto is_over = std::make_shared<std::atomic<bool>>(false);
  InspectorSettings settings = inspector_settings(secrets, options.secret.is_empty(), {}, is_over, context);
  settings.port = options.port;
  const std::string file = options.file.empty() ? remembered_journal(context) : options.file;
  settings.api.journal = file;
  settings.api.is_read_only = true;
  const bool is_journal = is_journal_of_lines(file);
  if (is_journal) settings.journal = std::make_unique<JournalIndex>(file);
  settings.follows = is_journal;
  Inspector inspector(std::move(settings));
  if (!is_journal) push_all(file, secrets, inspector.feed(), console, context);

  int signal_received = 0;
  const auto watching = context.watch_signals([&](int signal) {
    if (signal_received != 0) return context.abandon(128 + signal);
    signal_received = signal;
    inspector.interrupt();
  });
  console.talk("inspect at " + inspector.url());
  std::shared_ptr<void> browser;
  if (options.is_opened) browser = open_in_browser(inspector.url(), console, context);
  inspector.run();
  *is_over = true;
  inspector.stop();
  if (signal_received == SIGINT && context.err_is_terminal)
    console.talk("");  // the terminal has just shown ^C
  console.talk("stopped");
  return exit_yes;
}

}  // namespace

Command inspect_command(CommandApp& root) {
  CommandApp& app = add_command(root, "inspect", inspect_help);
  const auto options = std::make_shared<Options>();
  add_value(app, "file", options->file, a_file,
            "Show this journal, as it grows, or this HAR file (default: what the last listener received)");
  add_number(app, "--port", options->port, {0, 65535}, {"PORT"},
             "Serve the page on this port of 127.0.0.1, or 0 for any free one");
  add_flag(app, "--open", options->is_opened, "Open the page in the default browser");
  add_secret_options(app, options->secret);
  add_output_options(app, options->output);
  return {&app, [options](Context& context) { return run(*options, context); }};
}

}  // namespace alohook
