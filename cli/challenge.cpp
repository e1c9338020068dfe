// `alohook challenge`: would ALO accept this URL?
#include <fmt/format.h>

#include <memory>
#include <utility>

#include "base/random.h"
#include "base/visible.h"
#include "check/challenge_check.h"
#include "commands.h"
#include "events/challenge.h"
#include "json/json_line.h"
#include "options/check_options.h"
#include "options/flags.h"
#include "options/secrets.h"
#include "options/target.h"
#include "output/body_view.h"
#include "sender/advice.h"
#include "signing/masking.h"
#include "signing/signed_request.h"

namespace alohook {
namespace {

const CommandHelp challenge_help{
    .summary = "Run ALO's URL verification challenge against an endpoint",
    .examples = {{"alohook challenge"},
                 {"alohook challenge http://127.0.0.1:3000/webhooks/alo --secret-file secret.txt"}},
    .notes = {"ALO saves a webhook URL only if it echoes a signed challenge as JSON with status 200. ALO's "
              "sample code "
              "responds with plain text, so an endpoint copied from it fails the challenge."},
    .exit_codes = {{"0", "ALO would accept this URL, and it is secure"},
                   {"1", "ALO would reject this URL, or the endpoint is insecure"},
                   {"2", "can't start"},
                   {"3", "inconclusive: a response is missing"}},
    .topics = {"protocol"},
};

constexpr Choice<std::string_view> spellings[] = {{challenge_type, challenge_type},
                                                  {challenge_type_alias, challenge_type_alias}};

struct Options {
  OutputOptions output;
  SecretOptions secret;
  TargetOptions target;
  std::optional<Encoding> encoding;
  std::vector<std::string> headers;
  std::string_view type = challenge_type;
};

using Kind = ChallengePoint::Kind;

std::string show_point(const ChallengePoint& point, const Palette& paint) {
  const auto mark = point.result == PointResult::pass   ? paint(Style::good, "✓")
                    : point.result == PointResult::fail ? paint(Style::bad, "✗")
                                                        : paint(Style::warning, "?");
  const std::string detail = point.detail.empty() ? "" : ": " + visible(point.detail);
  std::string text = fmt::format("{} {}{}\n", mark, point.title, detail);
  if (!point.fix.empty()) text += fmt::format("  {} {}\n", paint(Style::dim, "fix"), visible(point.fix));
  return text;
}

std::string show_total(const ChallengeReport& report, const Url& url, const Palette& paint) {
  const auto line = [&](Style style, std::string_view text) { return paint(style, text) + "\n"; };
  if (report.failed(Kind::acceptance)) return line(Style::bad, "✗ ALO would reject this URL");
  if (report.passed(Kind::acceptance) && report.failed(Kind::safety)) {
    return line(Style::bad, "✗ ALO would accept this URL, but it is insecure: anyone can pass for ALO");
  }
  if (report.passed()) return line(Style::good, "✓ ALO would accept this URL");
  const std::string hint = report.answer ? advice(url, *report.answer) : "";
  return line(Style::warning, "? inconclusive: a response is missing") +
         (hint.empty() ? "" : "  " + hint + "\n");
}

/// Returns `null` where the responses show neither.
std::string_view verdict_on(Kind kind, const ChallengeReport& report) {
  return report.failed(kind) ? "false" : report.passed(kind) ? "true" : "null";
}

bool is_rejected(const ChallengeReport& report) {
  const int status = report.answer && report.answer->response ? report.answer->response->status : 0;
  return status >= 400 && status < 500;
}

/// `next`: the command that finds out why valid requests are rejected.
void show(const ChallengeReport& report, const Url& url, std::string_view type, const std::string& next,
          Console& console) {
  const Palette& paint = console.palette();
  std::string text = fmt::format("challenging {} with {}\n", visible(url.to_string()), type);
  std::string last_fix;
  for (ChallengePoint point : report.points) {
    console.json(JsonLine()
                     .number("schema", 1)
                     .string("event", "point")
                     .string("id", point.id)
                     .string("result", name_of(point.result))
                     .string("title", point.title)
                     .string("detail", point.detail)
                     .string("fix", point.fix)
                     .take());
    if (std::exchange(last_fix, point.fix) == point.fix) point.fix.clear();  // said already
    text += show_point(point, paint);
  }
  if (!report.passed() && report.answer && report.answer->response) {
    text += fmt::format("the response to the first challenge, status {}:\n", report.answer->response->status);
    text += show_body(report.answer->response->body, {.max_lines = 12, .as_received = true}, paint);
  }
  text += show_total(report, url, paint);
  if (is_rejected(report)) text += fmt::format("  why? {}\n", next);
  console.human(text);
  console.json(JsonLine()
                   .number("schema", 1)
                   .string("event", "summary")
                   .string("url", url.to_string())
                   .boolean("passed", report.passed())
                   .json("accepted", verdict_on(Kind::acceptance, report))
                   .json("secure", verdict_on(Kind::safety, report))
                   .boolean("reachable", report.is_reachable)
                   .take());
}

int run(const Options& options, Context& context) {
  Console console = make_console(options.output, context);
  const Target target = resolve_target(options.target);
  note_idle_tls_flags({&target.url, 1}, console, context);
  const Secrets secrets = load_secrets_for(target.reached(), options.secret, context);
  const Signing signing{
      .secret = secrets.front(),
      .encoding = options.encoding.value_or(Encoding::v0),
      .target = target.url.target,
      .headers = request_headers(options.headers),
  };
  const auto make_challenge = [&context] { return make_uuid(context.random); };
  const Transport transport =
      masked(context.connect(target.url, target.client), std::make_shared<const Masking>(secrets));
  const ChallengeReport report =
      check_challenge(target.url, transport, signing, make_challenge, context.now, options.type);
  show(report, target.url, options.type, check_command(options.target, options.secret, context), console);
  if (report.passed()) return exit_yes;
  const bool is_no = report.failed(Kind::acceptance) || report.failed(Kind::safety);
  return is_no || report.is_reachable ? exit_no : exit_could_not_judge;
}

}  // namespace

Command challenge_command(CommandApp& root) {
  CommandApp& app = add_command(root, "challenge", challenge_help);
  const auto options = std::make_shared<Options>();
  add_target_options(app, options->target);
  add_choice<std::string_view>(app, "--type", "TYPE", spellings, options->type,
                               "Set the challenge's type, which ALO's pages spell in two ways")
      .default_str(std::string(challenge_type));
  add_secret_options(app, options->secret);
  add_encoding_option(app, options->encoding, "Set the encoding of the signature").default_str("v0");
  add_header_option(app, options->headers);
  add_output_options(app, options->output);
  return {&app, [options](Context& context) { return run(*options, context); }};
}

}  // namespace alohook
