// `alohook secret`: which signing secret is in use?
#include <fmt/format.h>

#include <memory>

#include "base/columns.h"
#include "base/visible.h"
#include "commands.h"
#include "json/json_line.h"
#include "options/flags.h"
#include "options/secrets.h"

namespace alohook {
namespace {

const CommandHelp secret_help{
    .summary = "Show which signing secret is in use",
    .examples = {{"alohook secret"}, {"export ALOHOOK_SECRET=\"$(alohook secret --show)\""}},
    .notes = {"If no secret is set, alohook generates a development secret on first run. It is only ever "
              "used with "
              "localhost."},
    .exit_codes = {{"0", "done"}, {"2", "can't start"}},
    .topics = {"toml"},
};

struct Options {
  OutputOptions output;
  SecretOptions secret;
  bool is_shown = false;
};

int run(const Options& options, Context& context) {
  Console console = make_console(options.output, context);
  const Secrets secrets = load_secrets(options.secret, context);
  if (options.is_shown) {
    // The only place that prints a secret: the user asked for it explicitly.
    context.out << secrets.front().bytes() << '\n' << std::flush;
    return exit_yes;
  }
  const std::vector<std::string> origins = secret_origins(options.secret, context);
  const std::string path = options.secret.is_empty() ? development_secret_path(context) : "";
  for (std::size_t i = 0; i < secrets.size(); ++i) {
    const std::string origin = (path.empty() ? "" : "development secret ") + origins[i];
    const std::string name = secrets.size() > 1 ? fmt::format("secret {}", i + 1)
                             : path.empty()     ? "secret"
                                                : "development secret";
    const std::string text = fmt::format("{} ({})", name, fingerprint(secrets[i]));
    const std::string from = "from " + visible(origins[i]);
    const std::size_t columns = context.terminal_size().columns;
    const bool fits = columns == 0 || columns_of(text) + 2 + columns_of(from) <= columns;
    console.human(fmt::format("{}{}{}\n", text, fits ? "  " : "\n  ", from));
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

Command secret_command(CommandApp& root) {
  CommandApp& app = add_command(root, "secret", secret_help);
  const auto options = std::make_shared<Options>();
  add_flag(app, "--show", options->is_shown, "Print the secret itself, and nothing else");
  add_secret_options(app, options->secret);
  add_output_options(app, options->output);
  return {&app, [options](Context& context) { return run(*options, context); }};
}

}  // namespace alohook
