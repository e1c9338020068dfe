#include "options/flags.h"

namespace alohook {
namespace {

constexpr Choice<Format> formats[] = {
    {"human", Format::human, "for people"},
    {"json", Format::json, "one JSON object per line"},
    {"quiet", Format::quiet, "nothing but the exit code"},
};

constexpr Choice<ColourChoice> colours[] = {
    {"auto", ColourChoice::automatic, "on a terminal"},
    {"always", ColourChoice::always},
    {"never", ColourChoice::never},
};

constexpr Choice<Encoding> encodings[] = {
    {"v0", Encoding::v0, "v0=<hex>"},
    {"hex", Encoding::hex, "bare hex"},
    {"base64", Encoding::base64},
};

}  // namespace

void add_output_options(CommandApp& app, OutputOptions& options) {
  const FlagGroup group(app, "Output");
  add_choice<Format>(app, "--format", "FORMAT", formats, options.format,
                     "Set the format of results on standard output")
      .default_str("human");
  add_choice<ColourChoice>(app, "--color", "WHEN", colours, options.colour, "Set when to use color")
      .default_str("auto");
  add_value(app, "--config", options.config, a_file, "Read this configuration file instead of alohook.toml");
}

Console make_console(const OutputOptions& options, Context& context) {
  return {context, options.format, choose_palette(options.colour, context)};
}

void add_secret_options(CommandApp& app, SecretOptions& options) {
  const FlagGroup group(app, "Secret");
  add_value(app, "--secret-file", options.files, a_file,
            "Read the signing secret from this file, or from standard input for -. "
            "Of several, the first signs and all verify");
  add_value(app, "--secret", options.values, {"VALUE"},
            "Set the signing secret. Other local users can see it: prefer --secret-file or ALOHOOK_SECRET");
}

FlagRef add_encoding_option(CommandApp& app, std::optional<Encoding>& encoding, const std::string& help) {
  return add_choice<Encoding>(app, "--encoding", "ENCODING", encodings, encoding, help);
}

void add_target_options(CommandApp& app, TargetOptions& options) {
  add_value(app, "url,--url", options.url, a_url, "Send to this http://, https:// or unix: URL")
      .default_str(options.url);
  const FlagGroup group(app, "Connection");
  add_duration(app, "--timeout", options.client.timeout, "Limit the time for a whole exchange");
  add_duration(app, "--connect-timeout", options.client.connect_timeout, "Limit the time for connecting");
  add_action(
      app, "--insecure", [&options] { options.client.verify_tls = false; },
      "Skip verification of the server's certificate");
  add_value(app, "--cacert", options.client.ca_file, a_file,
            "Trust the certificates in this file instead of the system's");
  add_value(app, "--resolve", options.client.resolve, {"HOST:PORT:ADDRESS"},
            "Connect to this address instead of resolving the host");
  add_value(app, "--unix", options.client.unix_path, a_file, "Connect to this Unix socket");
}

}  // namespace alohook
