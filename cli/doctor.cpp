// `alohook doctor`: is everything in place, here and at the server?
#include <fmt/format.h>

#include <cstdlib>
#include <filesystem>
#include <memory>

#include "base/age.h"
#include "base/error.h"
#include "base/visible.h"
#include "check/session.h"
#include "commands.h"
#include "http/http_date.h"
#include "json/json_line.h"
#include "options/flags.h"
#include "options/secrets.h"
#include "options/settings.h"
#include "options/target.h"
#include "output/wrap.h"
#include "sender/advice.h"

namespace alohook {
namespace {

const CommandHelp doctor_help{
    .summary = "Check the settings, the secret, the clock and the server",
    .examples = {{"alohook doctor"}, {"alohook doctor http://127.0.0.1:3000/webhooks/alo"}},
    .notes = {"The server gets four requests without a signature and without a body."},
    .exit_codes = {{"0", "all is well"}, {"1", "something is not"}, {"2", "can't start"}},
    .topics = {"toml"},
};

struct Options {
  OutputOptions output;
  SecretOptions secret;
  TargetOptions target;
};

/// What was looked at, and what was found.
struct Finding {
  enum class State { good, bad, note };
  State state;
  std::string name;
  std::string text;
  std::string advice = {};  ///< what to do, or what else there is to know
};
using Findings = std::vector<Finding>;
using State = Finding::State;

Finding settings_finding(const CommandApp& root, const Context& context) {
  Finding finding{State::good, "settings", "no configuration file and no ALOHOOK_… variable"};
  const auto items = settings_of_all_commands(root, context);
  const std::string& file = context.settings.file;
  if (!items.empty() || !file.empty()) finding.text = file.empty() ? "from the environment" : "with " + file;
  constexpr std::size_t most = 8;
  for (std::size_t i = 0; i < std::min(items.size(), most); ++i) {
    const auto& [name, value, origin] = items[i];
    finding.advice +=
        fmt::format("{}{}{} from {}", i == 0 ? "" : "\n", name, value.empty() ? "" : " = " + value, origin);
  }
  if (items.size() > most) finding.advice += fmt::format("\n… {} more", items.size() - most);
  return finding;
}

void add_secrets(Findings& findings, const Options& options, Context& context) {
  try {
    const Secrets secrets = load_secrets(options.secret, context);
    const std::vector<std::string> origins = secret_origins(options.secret, context);
    for (std::size_t i = 0; i < secrets.size(); ++i) {
      std::string text = describe(secrets[i], i + 1);
      if (secrets.size() == 1) text = text.substr(text.find('(') + 1, text.rfind(')') - text.find('(') - 1);
      findings.push_back(
          {State::good, "secret",
           (options.secret.is_empty() ? "development, " : "") + text + ", from " + origins[i]});
    }
    findings.back().advice = "compare it with the server's:\nprintf %s \"$SECRET\" | sha256sum | cut -c1-8";
  } catch (const Error& error) {
    findings.push_back({State::bad, "secret", error.what(), error.hint()});
  }
}

Finding port_finding(const Context& context) {
  const bool is_taken =
      context.is_there(parse_url(default_url), {.connect_timeout = std::chrono::milliseconds{1000}});
  if (is_taken)
    return {State::note, "port 8256",
            "in use: is a listener running? alohook listen --port 0 takes a free one"};
  return {State::good, "port 8256", "free for alohook listen"};
}

Finding completion_finding(const Context& context) {
  namespace fs = std::filesystem;
  const std::string shell = fs::path(context.environment("SHELL").value_or("")).filename();
  const std::string home = context.environment("HOME").value_or("");
  std::vector<std::string> places;
  if (shell == "bash") {
    places = {"/usr/share/bash-completion/completions/alohook",
              "/usr/local/share/bash-completion/completions/alohook",
              home + "/.local/share/bash-completion/completions/alohook"};
  } else if (shell == "zsh") {
    places = {"/usr/share/zsh/site-functions/_alohook", "/usr/share/zsh/vendor-completions/_alohook",
              "/usr/local/share/zsh/site-functions/_alohook"};
  } else if (shell == "fish") {
    places = {"/usr/share/fish/vendor_completions.d/alohook.fish",
              "/usr/local/share/fish/vendor_completions.d/alohook.fish",
              home + "/.config/fish/completions/alohook.fish"};
  } else {
    return {State::note, "completion", "for bash, zsh and fish: alohook completion --help"};
  }
  std::error_code ignored;
  for (const std::string& place : places)
    if (fs::exists(place, ignored)) return {State::good, "completion", "installed for " + shell};
  return {State::note, "completion", fmt::format("not found for {}: alohook completion --help", shell)};
}

/// Which step of reaching the server failed.
std::string_view step_of(SendError::Kind kind) {
  switch (kind) {
    case SendError::Kind::unresolved:
      return "DNS";
    case SendError::Kind::refused:
      return "TCP";
    case SendError::Kind::tls:
      return "TLS";
    default:
      return "HTTP";
  }
}

Finding clock_finding(const Response& response, Time now) {
  const auto text = header_value(response.headers, "Date");
  const auto date = text ? parse_http_date(*text, now) : std::nullopt;
  if (!date) return {State::note, "clock", "the server sends no Date to compare with"};
  const std::int64_t ahead = unix_seconds(*date) - unix_seconds(now);
  constexpr std::int64_t unnoticed = 5;  // a Date has whole seconds, and takes its time
  if (std::abs(ahead) <= unnoticed) return {State::good, "clock", "agrees with the server's"};
  const std::string by =
      fmt::format("the server's is {} {}", human_age(std::abs(ahead)), ahead > 0 ? "ahead" : "behind");
  const bool is_too_far = std::abs(ahead) >= default_tolerance.count();
  return {is_too_far ? State::bad : State::note, "clock", by,
          "signatures are valid for 5 min: set both by NTP"};
}

/// An unsigned request with nothing in it: no server acts on it.
Request probe(const std::string& method, const Url& url) {
  return {.method = method,
          .target = url.target,
          .headers = {{"User-Agent", "alohook/" ALOHOOK_VERSION}, {std::string(check_header), "doctor"}}};
}

Finding methods_finding(const Transport& transport, const Url& url, const Response& answer_to_post) {
  Finding finding{State::good, "methods", fmt::format("POST {}", answer_to_post.status)};
  for (const char* method : {"GET", "HEAD", "OPTIONS"}) {
    const Exchange exchange = transport(probe(method, url));
    finding.text += exchange.response ? fmt::format(", {} {}", method, exchange.response->status)
                                      : fmt::format(", {} -", method);
  }
  const int status = answer_to_post.status;
  if (status == 404 || status == 405) {
    finding.state = State::bad;
    finding.advice = fmt::format("the path {} takes no POST: is it the right one?", url.target);
  } else if (status >= 500) {
    finding.state = State::bad;
    finding.advice = "the server fails on an unsigned request; it should answer 401";
  } else if (status >= 300 && status < 400) {
    finding.state = State::bad;
    const std::string next = redirect_target(url, answer_to_post);
    finding.advice =
        fmt::format("redirects are not followed; this one leads to {}", next.empty() ? "nowhere" : next);
  } else if (status < 300) {
    finding.state = State::bad;
    finding.advice = "an unsigned request is accepted; alohook check finds out more";
  } else {
    finding.text += " (without a signature)";
  }
  return finding;
}

void add_server(Findings& findings, const Options& options, Console& console, Context& context) {
  const Target target = resolve_target(options.target);
  note_idle_tls_flags({&target.url, 1}, console, context);
  const Transport transport = context.connect(target.url, target.client);
  const std::string url = target.url.to_string();
  const Exchange exchange = transport(probe("POST", target.url));
  if (!exchange.response) {
    findings.push_back({State::bad, "server", fmt::format("{}: {}", url, exchange.error.detail),
                        fmt::format("{} is where it fails", step_of(exchange.error.kind))});
    return;
  }
  const std::string steps = target.url.scheme == "https" ? "DNS, TCP, TLS and HTTP" : "DNS, TCP and HTTP";
  findings.push_back(
      {State::good, "server", fmt::format("{}: {} work, {}", url, steps, human_duration(exchange.elapsed))});
  findings.push_back(clock_finding(*exchange.response, context.now()));
  findings.push_back(methods_finding(transport, target.url, *exchange.response));
}

std::string show_finding(const Finding& finding, std::size_t width, const Palette& paint) {
  constexpr std::size_t margin = 13;
  const std::string mark = finding.state == State::good  ? paint(Style::good, "✓")
                           : finding.state == State::bad ? paint(Style::bad, "✗")
                                                         : paint(Style::dim, "–");
  const std::size_t room = (width == 0 ? line_width : std::max<std::size_t>(width, margin + 20)) - margin;
  std::string out, label = fmt::format("{} {:<11}", mark, finding.name);
  for (const auto& [text, style] :
       {std::pair{finding.text, Style::plain}, std::pair{finding.advice, Style::dim}}) {
    if (text.empty()) continue;
    for (const std::string& line : wrapped(visible_lines(text), room)) {
      out += label + paint(style, line) + "\n";
      label = std::string(margin, ' ');
    }
  }
  return out;
}

int run(const Options& options, const CommandApp& root, Context& context) {
  Console console = make_console(options.output, context);
  Findings findings = {{State::good, "alohook", ALOHOOK_VERSION}};
  findings.push_back(settings_finding(root, context));
  add_secrets(findings, options, context);
  findings.push_back(port_finding(context));
  findings.push_back(completion_finding(context));
  if (context.settings.origin_of("url").empty()) {
    findings.push_back({State::note, "server", "give its URL to look at it: alohook doctor URL"});
  } else {
    add_server(findings, options, console, context);
  }
  bool is_well = true;
  for (const Finding& finding : findings) {
    is_well = is_well && finding.state != State::bad;
    console.human(show_finding(finding, context.terminal_size().columns, console.palette()));
    console.json(JsonLine()
                     .number("schema", 1)
                     .string("finding", finding.name)
                     .string("state", finding.state == State::good  ? "good"
                                      : finding.state == State::bad ? "bad"
                                                                    : "note")
                     .string("text", finding.text)
                     .string("advice", finding.advice)
                     .take());
  }
  return is_well ? exit_yes : exit_no;
}

}  // namespace

Command doctor_command(CommandApp& root) {
  CommandApp& app = add_command(root, "doctor", doctor_help);
  const auto options = std::make_shared<Options>();
  add_target_options(app, options->target);
  add_secret_options(app, options->secret);
  add_output_options(app, options->output);
  return {&app, [options, &root](Context& context) { return run(*options, root, context); }};
}

}  // namespace alohook
