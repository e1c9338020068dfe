// `alohook sign`: which headers should I send with this body?
#include <fmt/format.h>

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

const CommandHelp sign_help{
    .summary = "Print the headers that sign a body",
    .examples = {{"curl -H @<(alohook sign body.json) --data-binary @body.json http://127.0.0.1:3000/"},
                 {"alohook sign body.json --timestamp 1795456800 --header-only"},
                 {"printf '{}' | alohook sign --format json"}},
    .notes = {"The signature covers the exact bytes of the file, including a newline at the end. Send "
              "exactly those "
              "bytes."},
    .exit_codes = {{"0", "done"}, {"2", "can't start"}},
    .topics = {"protocol"},
};

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
  if (!is_header_value(timestamp))
    throw bad_value("--timestamp", "a value without newline or NUL", timestamp);
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
    console.talk(fmt::format("warning: '{}' isn't a Unix time in seconds; servers should reject it",
                             visible(timestamp)));
  }
  return exit_yes;
}

}  // namespace

Command sign_command(CommandApp& root) {
  CommandApp& app = add_command(root, "sign", sign_help);
  const auto options = std::make_shared<Options>();
  add_value(app, "file", options->file, a_file, "Sign the body in this file, or on standard input for -")
      .default_str(options->file);
  add_value(app, "--timestamp", options->timestamp, {"SECONDS"}, "Sign for this Unix time instead of now");
  add_flag(app, "--header-only", options->is_header_only, "Print only the value of the signature header");
  add_encoding_option(app, options->encoding, "Set the encoding of the signature").default_str("v0");
  add_secret_options(app, options->secret);
  add_output_options(app, options->output);
  return {&app, [options](Context& context) { return run(*options, context); }};
}

}  // namespace alohook
