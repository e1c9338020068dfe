#include "listen_view.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <csignal>

#include "base/age.h"
#include "base/error.h"
#include "base/visible.h"
#include "diagnosis/diagnosis.h"
#include "options/language.h"
#include "options/memory.h"
#include "options/secrets.h"
#include "output/banner.h"
#include "output/diagnosis_view.h"
#include "output/recorded_view.h"
#include "sender/replay.h"
#include "sender/request_export.h"
#include "signing/masking.h"

namespace alohook {
namespace {

constexpr std::size_t max_waiting_replays = 64 << 20;  // bytes
constexpr std::chrono::milliseconds max_diagnosing{500};

/// `--only action_created --where /a=b`
std::string filter_flags(const ListenOptions& options) {
  std::vector<std::string> flags;
  for (const std::string& type : options.only) flags.push_back("--only " + visible(type));
  for (const std::string& condition : options.where) flags.push_back("--where " + visible(condition));
  return fmt::format("{}", fmt::join(flags, " "));
}

/// `development (64 bytes, sha256 97a7ffc4…)`
std::string describe_secret(const Secret& secret, const std::string& origin) {
  const std::string text = describe(secret, 1);
  return origin + " " + text.substr(std::min(text.find('('), text.size()));
}

std::string state_of_scripts(const ListenOptions& options) {
  std::vector<std::string> parts;
  if (options.answers.respond) parts.push_back(*options.answers.respond);
  for (const std::string& fault : options.answers.faults) parts.push_back("fault " + fault);
  if (options.answers.delay.count() > 0) parts.push_back("after " + human_duration(options.answers.delay));
  return fmt::format("{}", fmt::join(parts, ", "));
}

}  // namespace

ListenView::ListenView(Parts parts)
    : parts_(std::move(parts)),
      is_interactive_(parts_.context.out_is_terminal && parts_.console.format() == Format::human),
      line_([this] { return parts_.context.terminal_size().columns; }) {
  const ListenOptions& options = parts_.options;
  for (const std::string& type : options.only) filter_.add_type(type);
  for (const std::string& condition : options.where) filter_.add_where(condition);
  if (is_interactive_ && options.has_session) {
    try {
      if (options.journal.empty())
        session_ = std::make_unique<SessionJournal>(session_journal_path(parts_.context));
      memory_ = options.journal.empty() ? session_->path() : options.journal;
      remember_journal(options.journal, parts_.context);
    } catch (const Error& error) {
      parts_.console.talk(fmt::format("note: events are not remembered: {}", visible(error.what())));
    }
  }
  log_ = std::make_unique<EventLog>(log_settings(), parts_.console.palette());
}

ListenView::~ListenView() { stop_keys(); }

EventLog::Settings ListenView::log_settings() {
  const ListenOptions& options = parts_.options;
  EventLog::Settings settings{.view = options.view,
                              .is_automatic = is_interactive_ && !options.shape,
                              .filters = filter_flags(options),
                              .began = parts_.context.now(),
                              .size = parts_.context.terminal_size};
  EventView& view = settings.view;
  view.output = options.shape.value_or(EventOutput::pretty);
  view.is_remembered = !memory_.empty();
  view.has_several_targets = parts_.forward.routes.size() > 1;
  view.tolerance = parts_.policy.verification.tolerance;
  settings.print = [this](const std::string& text) {
    keys_ ? keys_->print(text) : parts_.console.human(text);
  };
  return settings;
}

void ListenView::on_arrival(const Arrival& arrival) {
  // An event that is answered at once is shown with its response; one that was rejected, once its cause is known.
  const bool is_delayed = arrival.route != nullptr || parts_.options.answers.delay.count() > 0;
  if (!is_delayed || arrival.verification.verdict != Verdict::valid) return;
  if (!filter_.matches(arrival.type, arrival.request.body)) return;
  const ReceivedEvent event{.id = arrival.id,
                            .received_at = arrival.received_at,
                            .remote = arrival.remote,
                            .request = arrival.request,
                            .type = arrival.type,
                            .verification = arrival.verification};
  if (!keys_ || keys_->matches(event)) log_->on_arrival(event);
}

void ListenView::on_response(const ReceivedEvent& event) {
  remember(event);
  if (keys_) keys_->on_event(std::make_shared<const ReceivedEvent>(event));
  if (!filter_.matches(event.type, event.request.body)) {
    log_->on_hidden();
    return parts_.console.redraw();
  }
  if (!keys_ || keys_->matches(event)) log_->on_response(event);
}

void ListenView::remember(const ReceivedEvent& event) {
  if (!session_ || event.is_from_page) return;
  const auto error = session_->append(to_json_line(event));
  if (error && !std::exchange(has_told_of_session_, true))
    parts_.console.talk(
        fmt::format("note: events are not remembered: {}: {}", visible(memory_), error.message()));
}

void ListenView::announce(const std::string& url, const Extras& extras, Post post) {
  url_ = url;
  post_ = std::move(post);
  Banner banner{.url = url,
                .rows = rows(extras),
                .inspector = extras.inspector,
                .advice = first_command(url),
                .has_keys = wants_keys()};
  if (parts_.forward.routes.size() == 1 && parts_.forward.routes.front().type.empty())
    banner.target = parts_.forward.routes.front().url.to_string();
  if (parts_.context.err_is_terminal && parts_.console.format() == Format::human) {
    std::string text = show_banner(banner, parts_.context.terminal_size().columns, parts_.console.palette());
    text.pop_back();  // talk ends the line
    parts_.console.talk(text);
  } else {
    std::string text = log_banner(banner);
    text.pop_back();
    parts_.console.talk(text);
  }
  if (!banner.has_keys) return;
  replays_ = std::make_unique<WorkQueue>(max_waiting_replays);
  keys_ = std::make_unique<LiveKeys>(parts_.console, line_, log_->view(),
                                     LiveKeys::Actions{
                                         .whole = [this](const auto& event) { return whole(event); },
                                         .explain = [this](const auto& event) { return explain(event); },
                                         .curl = [this](const auto& event) { return curl(event); },
                                         .replay = [this](const auto& event) { return replay(event); },
                                         .open = extras.open,
                                         .quit = [] { std::raise(SIGINT); },
                                     });
  parts_.console.attach(&line_);
  keyboard_ =
      parts_.context.watch_keys([this](const Key& key) { post_([this, key] { keys_->on_key(key); }); });
}

void ListenView::stop_keys() {
  keyboard_ = nullptr;
  if (replays_) replays_->finish();
}

void ListenView::finish() {
  if (keys_) keys_->finish();
  log_->finish();
  parts_.console.attach(nullptr);
}

bool ListenView::wants_keys() const {
  const ListenOptions& options = parts_.options;
  const auto variable = [this](const char* name) { return parts_.context.environment(name).value_or(""); };
  const bool reads_input = std::count(options.secret.files.begin(), options.secret.files.end(), "-") > 0;
  return is_interactive_ && parts_.context.in_is_terminal && options.has_keys && options.expect.empty() &&
         options.command.empty() && !reads_input && !variable("TERM").empty() && variable("TERM") != "dumb" &&
         variable("CI").empty();
}

std::vector<std::pair<std::string, std::string>> ListenView::rows(const Extras& extras) const {
  const ListenOptions& options = parts_.options;
  const SettingsInForce& settings = parts_.context.settings;
  std::vector<std::pair<std::string, std::string>> rows;
  const auto add = [&rows](const std::string& label, const std::string& text) {
    if (!text.empty()) rows.emplace_back(label, text);
  };
  if (!settings.file.empty()) add("Settings", "with " + settings.file);
  const Secrets& secrets = parts_.policy.secrets;
  const std::vector<std::string> origins = secret_origins(options.secret, parts_.context);
  for (std::size_t i = 0; i < secrets.size(); ++i) {
    const std::string label = secrets.size() > 1 ? fmt::format("Secret {}", i + 1) : "Secret";
    add(label, options.secret.is_empty()
                   ? describe_secret(secrets[i], "development") + "   copy it: alohook secret --show"
                   : describe_secret(secrets[i], "from " + origins[i]));
  }
  if (!extras.certificate.empty()) add("TLS", "certificate sha256 " + extras.certificate);
  for (const std::string& warning : extras.warnings) add("Warning", warning);
  add("Path", options.policy.path);
  for (const ForwardRoute& route : parts_.forward.routes) {
    if (parts_.forward.routes.size() > 1 || !route.type.empty())
      add("Forward", (route.type.empty() ? "other events" : route.type) + " → " + route.url.to_string());
  }
  if (parts_.forward.forwards_all && !parts_.forward.routes.empty())
    add("Forward", "events with an invalid signature too (--forward-all)");
  add("Shows", filter_flags(options));
  add("Responds", state_of_scripts(options));
  if (parts_.policy.verification.tolerance != default_tolerance)
    add("Tolerance", human_age(parts_.policy.verification.tolerance.count()));
  if (!options.expect.empty())
    add("Expects",
        fmt::format("{} within {}", fmt::join(options.expect, ", "), human_duration(options.timeout)));
  if (!options.command.empty()) add("Runs", fmt::format("{}", fmt::join(options.command, " ")));
  if (!options.journal.empty()) add("Journal", options.journal);
  if (session_) add("Memory", "the last 1,000 events: alohook events   (--no-session: off)");
  return rows;
}

/// The command that sends a first event here, as it has to be typed in another terminal.
std::string ListenView::first_command(const std::string& url) const {
  const ListenOptions& options = parts_.options;
  std::string command = "alohook send action_created";
  const std::string& path = options.policy.path;
  if (url != default_url || !path.empty()) {
    std::string target = url;
    if (!path.empty() && target.ends_with('/')) target.pop_back();
    command += " " + target + path;
  }
  if (parts_.context.settings.origin_of("secret-file") == "--secret-file" &&
      options.secret.files.front() != "-")
    command += " --secret-file " + options.secret.files.front();
  return command;
}

std::string ListenView::whole(const ReceivedEvent& event) const {
  return "\n" + show_whole_event(event, language_of_project("."), parts_.console.palette()) + "\n";
}

std::string ListenView::explain(const ReceivedEvent& event) const {
  const Palette& paint = parts_.console.palette();
  if (event.verification.verdict == Verdict::valid)
    return fmt::format("{} is valid: there is nothing to explain\n", short_id(event.id));
  const auto deadline = std::chrono::steady_clock::now() + max_diagnosing;
  const DiagnosisLimits limits{
      .out_of_time = [deadline] { return std::chrono::steady_clock::now() > deadline; }};
  const Diagnosis diagnosis = diagnose({.secrets = parts_.policy.secrets,
                                        .headers = event.request.headers,
                                        .body = event.request.body,
                                        .now = event.received_at,
                                        .policy = parts_.policy.verification},
                                       limits);
  return fmt::format("\n{}  {}", short_id(event.id), show_verification(diagnosis.verification, paint)) +
         show_causes(diagnosis, paint, language_of_project(".")) + "\n";
}

/// The request as it came, to where it was forwarded, else to this listener.
std::string ListenView::curl(const ReceivedEvent& event) const {
  try {
    const Url url = target_of(event).value_or(parse_url(url_));
    RequestExporter exporter(RequestForm::curl, url, ALOHOOK_VERSION);
    const Request request = addressed_to(event.request, url, HostHeader::of_target);
    return exporter.begin() + exporter.add(request, event.type.value_or("event"), event.received_at) +
           exporter.end();
  } catch (const Error& error) {
    return fmt::format("{} can't be written as a curl command: {}\n", short_id(event.id),
                       visible(error.what()));
  }
}

std::optional<Url> ListenView::target_of(const ReceivedEvent& event) const {
  const ForwardRoute* for_all = nullptr;
  for (const ForwardRoute& route : parts_.forward.routes) {
    if (event.forward && route.url.to_string() == event.forward->url) return route.url;
    if (route.type.empty() || (event.type && route.type == *event.type)) for_all = &route;
  }
  return for_all == nullptr ? std::nullopt : std::optional(for_all->url);
}

std::string ListenView::replay(const LiveKeys::Event& event) {
  const std::optional<Url> target = target_of(*event);
  if (!target) {
    return fmt::format(
        "there is no target to replay to: alohook replay {} URL, or listen with --forward URL\n",
        short_id(event->id));
  }
  const Replay replay{
      .target = *target, .secret = parts_.policy.secrets.front(), .encoding = event->verification.encoding};
  replays_->post(event->request.body.size() + 1, [this, event, replay] {
    Exchange exchange;
    try {
      const Request request = replayed(event->request, replay, parts_.context.now());
      exchange = Masking(parts_.policy.secrets).masked(parts_.connect(replay.target)(request), request);
    } catch (const Error& error) {
      exchange.error.kind = SendError::Kind::not_http;
      exchange.error.detail = error.what();
    }
    const Time at = parts_.context.now();
    post_([this, event, at, url = replay.target.to_string(), exchange = std::move(exchange)] {
      parts_.console.human(
          show_replay(event->id, at, url, exchange, log_->view_now(), parts_.console.palette()));
    });
  });
  return {};
}

}  // namespace alohook
