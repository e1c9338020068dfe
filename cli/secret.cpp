// `alohook secret`: which development secret is in use?
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <memory>

#include "base/visible.h"
#include "commands.h"
#include "json/json_line.h"
#include "options/flags.h"
#include "options/secrets.h"

namespace alohook {
namespace {

struct Options {
  OutputOptions output;
  SecretOptions secret;
  bool is_shown = false;
};

int run(const Options& options, Context& context) {
  Console console = make_console(options.output, context);
  const Secrets secrets = load_secrets(options.secret, context);
  if (options.is_shown) {
    // The one place where a secret is printed: it was asked for in so many words.
    context.out << secrets.front().bytes() << '\n' << std::flush;
    return exit_yes;
  }
  const std::vector<std::string> origins = secret_origins(options.secret, context);
  const std::string path = options.secret.is_empty() ? development_secret_path(context) : "";
  for (std::size_t i = 0; i < secrets.size(); ++i) {
    const std::string origin = (path.empty() ? "" : "development secret ") + origins[i];
    console.human(fmt::format("{}  from {}\n", describe(secrets[i], i + 1), visible(origin)));
    console.json(JsonLine()
                     .number("schema", 1)
                     .string("secret", describe(secrets[i], i + 1))
                     .number("number", static_cast<std::int64_t>(i + 1))
                     .number("bytes", static_cast<std::int64_t>(secrets[i].bytes().size()))
                     .string("sha256", short_digest(secrets[i]))
                     .bytes("origin", origin)
                     .boolean("development", !path.empty())
                     .bytes("path", path)
                     .take());
  }
  return exit_yes;
}

}  // namespace

Command secret_command(CLI::App& root) {
  auto* app = root.add_subcommand("secret", "Show which signing secret is in use");
  const auto options = std::make_shared<Options>();
  app->add_flag("--show", options->is_shown, "Print the secret itself, and nothing else");
  add_secret_options(*app, options->secret);
  add_output_options(*app, options->output);
  app->footer(
      "Examples:\n"
      "  alohook secret\n"
      "  export ALOHOOK_SECRET=\"$(alohook secret --show)\"\n"
      "\n"
      "Without --secret-file or ALOHOOK_SECRET, alohook generates a development secret on first use. It is\n"
      "only ever used with localhost.\n"
      "Exit codes: 0 shown, 2 could not start.");
  return {app, [options](Context& context) { return run(*options, context); }};
}

}  // namespace alohook
