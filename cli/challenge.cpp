// `alohook challenge`: would ALO accept this URL?
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <memory>

#include "base/random.h"
#include "base/visible.h"
#include "check/challenge_check.h"
#include "commands.h"
#include "events/challenge.h"
#include "json/json_line.h"
#include "options/flags.h"
#include "options/secrets.h"
#include "options/target.h"
#include "output/body_view.h"
#include "signing/signed_request.h"

namespace alohook {
namespace {

struct Options {
  OutputOptions output;
  SecretOptions secret;
  TargetOptions target;
  std::optional<Encoding> encoding;
  std::vector<std::string> headers;
  std::string_view type = challenge_type;
};

std::string show_point(const ChallengePoint& point, const Palette& paint) {
  const auto mark = point.result == PointResult::pass   ? paint(Style::good, "✓ pass")
                    : point.result == PointResult::fail ? paint(Style::bad, "✗ fail")
                                                        : paint(Style::warning, "? unsure");
  const std::string_view joint = point.result == PointResult::fail ? ", but " : ": ";
  const std::string detail = point.detail.empty() ? "" : fmt::format("{}{}", joint, visible(point.detail));
  return fmt::format("{}  {}{}\n", mark, point.title, detail);
}

std::string show_total(const ChallengeReport& report, const Palette& paint) {
  if (report.passed()) return paint(Style::good, "✓ ALO would accept this URL") + "\n";
  if (!report.is_reachable) return paint(Style::warning, "? it cannot be told: an answer is missing") + "\n";
  return paint(Style::bad, "✗ ALO would not accept this URL, or should not") + "\n";
}

void show(const ChallengeReport& report, const std::string& url, std::string_view type, Console& console) {
  const Palette& paint = console.palette();
  std::string text = fmt::format("challenging {} with {}\n", visible(url), type);
  for (const ChallengePoint& point : report.points) {
    text += show_point(point, paint);
    console.json(JsonLine()
                     .number("schema", 1)
                     .string("event", "point")
                     .string("id", point.id)
                     .string("result", name_of(point.result))
                     .string("title", point.title)
                     .string("detail", point.detail)
                     .take());
  }
  if (!report.passed() && report.answer && report.answer->response) {
    text += fmt::format("the answer to the first challenge, status {}:\n", report.answer->response->status);
    text += show_body(report.answer->response->body, {.max_lines = 12, .as_received = true}, paint);
  }
  console.human(text + show_total(report, paint));
  console.json(JsonLine()
                   .number("schema", 1)
                   .string("event", "summary")
                   .string("url", url)
                   .boolean("passed", report.passed())
                   .boolean("reachable", report.is_reachable)
                   .take());
}

int run(const Options& options, Context& context) {
  Console console = make_console(options.output, context);
  const Target target = resolve_target(options.target);
  const Signing signing{
      .secret = load_secrets_for(target.reached(), options.secret, context).front(),
      .encoding = options.encoding.value_or(Encoding::v0),
      .target = target.url.target,
      .headers = request_headers(options.headers),
  };
  const auto make_challenge = [&context] { return make_uuid(context.random); };
  const ChallengeReport report = check_challenge(context.connect(target.url, target.client), signing,
                                                 make_challenge, context.now, options.type);
  show(report, target.url.to_string(), options.type, console);
  if (report.passed()) return exit_yes;
  return report.is_reachable ? exit_no : exit_could_not_judge;
}

}  // namespace

Command challenge_command(CLI::App& root) {
  auto* app = root.add_subcommand("challenge", "Ask a URL what ALO asks before it accepts it");
  const auto options = std::make_shared<Options>();
  add_target_options(*app, options->target);
  add_secret_options(*app, options->secret);
  add_encoding_option(*app, options->encoding, "How the signature is written; default is v0");
  add_choice(
      *app, "--type", {std::string(challenge_type), std::string(challenge_type_alias)},
      [options](std::size_t choice) { options->type = choice == 0 ? challenge_type : challenge_type_alias; },
      "ALO's pages spell the challenge's type in two ways; default is the first");
  add_header_option(*app, options->headers);
  add_output_options(*app, options->output);
  app->footer(
      "Examples:\n"
      "  alohook challenge\n"
      "  alohook challenge http://127.0.0.1:3000/webhooks/alo --secret-file secret.txt\n"
      "\n"
      "A receiver copied from ALO's own sample answers plain text to everything that verifies, and fails.\n"
      "Exit codes: 0 all points hold, 1 one does not, 2 could not start, 3 an answer is missing.");
  return {app, [options](Context& context) { return run(*options, context); }};
}

}  // namespace alohook
