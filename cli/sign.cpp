// `alohook sign`: which headers go with this body?
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <memory>

#include "base/error.h"
#include "base/visible.h"
#include "commands.h"
#include "json/json_line.h"
#include "options/flags.h"
#include "options/input.h"
#include "options/secrets.h"

namespace alohook {
namespace {

struct Options {
  OutputOptions output;
  SecretOptions secret;
  std::optional<Encoding> encoding;
  std::string file = "-";
  std::string timestamp;
  bool is_header_only = false;
};

int run(const Options& options, Context& context) {
  Console console = make_console(options.output, context);
  const Secrets secrets = load_secrets(options.secret, context);
  const std::string body = read_input(options.file, context);
  const std::string timestamp =
      options.timestamp.empty() ? std::to_string(unix_seconds(context.now())) : options.timestamp;
  if (!is_header_value(timestamp)) throw Error("the timestamp contains a newline or NUL");
  const Headers headers = sign(secrets.front(), timestamp, body, options.encoding.value_or(Encoding::v0));
  if (options.is_header_only) {
    console.human(headers.back().value + "\n");
  } else {
    for (const auto& [name, value] : headers) console.human(fmt::format("{}: {}\n", name, value));
  }
  console.json(JsonLine()
                   .number("schema", 1)
                   .string("timestamp", timestamp)
                   .string("signature", headers.back().value)
                   .string("encoding", name_of(options.encoding.value_or(Encoding::v0)))
                   .number("body_bytes", static_cast<std::int64_t>(body.size()))
                   .take());
  if (!parse_timestamp(timestamp)) {
    console.talk(fmt::format("warning: '{}' is not a number of seconds; receivers should reject it",
                             visible(timestamp)));
  }
  return exit_yes;
}

}  // namespace

Command sign_command(CLI::App& root) {
  auto* app = root.add_subcommand("sign", "Print the headers that sign a body");
  const auto options = std::make_shared<Options>();
  app->add_option("file", options->file, "The body; - is standard input")
      ->capture_default_str()
      ->type_name("FILE");
  app->add_option("--timestamp", options->timestamp, "Sign for this time, in Unix seconds (default now)")
      ->type_name("SECONDS");
  app->add_flag("--header-only", options->is_header_only,
                "Print only the value of X-ALO-Signature, for $(…)");
  add_encoding_option(*app, options->encoding, "Encode the signature this way (default v0)");
  add_secret_options(*app, options->secret);
  add_output_options(*app, options->output);
  app->footer(
      "Examples:\n"
      "  curl -H @<(alohook sign body.json) --data-binary @body.json http://127.0.0.1:3000/\n"
      "  alohook sign body.json --timestamp 1795456800 --header-only\n"
      "  printf '{}' | alohook sign --format json\n"
      "\n"
      "Signs the file byte for byte, including a newline at its end: send exactly those bytes.\n"
      "Exit codes: 0 signed, 2 could not start.");
  return {app, [options](Context& context) { return run(*options, context); }};
}

}  // namespace alohook
