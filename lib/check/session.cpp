#include "check/session.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "base/thread.h"
#include "events/challenge.h"
#include "events/event_type.h"
#include "http/http_date.h"

namespace alohook {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr milliseconds pause_between_requests{200};  // at most 5 requests a second to remote servers
constexpr milliseconds longest_back_off{10'000};
constexpr milliseconds shortest_back_off{1'000};
constexpr int most_silences = 10;  // in a row
constexpr int most_silences_in_all = 60;
constexpr int most_timeouts_in_all = 12;  // each one takes seconds
constexpr int most_limits_hit = 3;
/// How long to wait for a receiver that a supervisor or a development server restarts.
constexpr milliseconds recovery_pauses[] = {milliseconds(250), milliseconds(500), milliseconds(1000),
                                            milliseconds(2000), milliseconds(4000)};

milliseconds back_off(const Response& response, Time now) {
  const auto value = header_value(response.headers, "Retry-After");
  const auto wait = value ? parse_retry_after(*value, now) : std::nullopt;
  if (!wait) return shortest_back_off;
  return std::clamp<milliseconds>(*wait, shortest_back_off, longest_back_off);
}

/// Returns the challenge in a body, even if the body is no longer valid JSON; empty if there is none.
std::string challenge_of(std::string_view body) {
  constexpr std::string_view key = "\"challenge\":";
  const std::size_t at = body.find(key);
  if (at == std::string_view::npos) return {};
  const std::size_t begin = body.find('"', at + key.size());
  const std::size_t end = begin == std::string_view::npos ? begin : body.find('"', begin + 1);
  return end == std::string_view::npos ? std::string() : std::string(body.substr(begin + 1, end - begin - 1));
}

bool is_valid_request(const CheckRequest& trial) {
  return trial.how == CheckRequest::Signed::correctly && !trial.is_wrong;
}

}  // namespace

CheckSession::CheckSession(const CheckSettings& settings, const CheckWorld& world)
    : settings_(settings),
      world_(world),
      leak_detector_(settings.secret),
      masking_({settings.secret}),
      transport_(world.connect()) {
  facts.encoding = settings.encoding;
  encoding_ = settings.encoding.value_or(Encoding::v0);
}

void CheckSession::end(std::string why) {
  if (gone_.empty()) gone_ = std::move(why);
}

void CheckSession::set_plan(int planned, int most) {
  progress_.requests_planned = planned;
  most_requests_ = most;
}

void CheckSession::keep_rate() {
  if (settings_.is_loopback) return;
  const auto now = steady_clock::now();
  if (last_sent_ && now - *last_sent_ < pause_between_requests) {
    world_.sleep(std::chrono::ceil<milliseconds>(pause_between_requests - (now - *last_sent_)));
  }
  last_sent_ = steady_clock::now();
}

void CheckSession::count(const CheckRequest& trial, Exchange& exchange, LeakDetector::Pace pace) {
  ++requests_sent_;
  progress_.requests_sent = requests_sent_;
  if (world_.on_progress) world_.on_progress(progress_);
  is_reachable_ = is_reachable_ || exchange.response.has_value();
  leak_detector_.look(trial.request, trial.sent, exchange, status_reaction(exchange), pace);
  exchange = masking_.masked(std::move(exchange), trial.request);
  leak_detector_.note_redirect(trial.sent, exchange, status_reaction(exchange));
  const auto type = event_type_of(trial.request.body);
  if (is_valid_request(trial) && !(type && same_event(*type, challenge_type))) ++signed_events_sent_;
  if (exchange.response) {
    silences_ = 0;
    return;
  }
  ++silences_;
  all_silences_ +=
      exchange.error.kind == SendError::Kind::timed_out ? most_silences_in_all / most_timeouts_in_all : 1;
  if (all_silences_ >= most_silences_in_all) {
    end("it left too many requests without a response: " + exchange.error.detail);
  } else if (silences_ >= most_silences) {
    end("it didn't respond to several requests in a row: " + exchange.error.detail);
  }
}

Exchange CheckSession::send_once(const CheckRequest& trial) {
  keep_rate();
  // A server that handles one connection at a time would wait until the persistent connection ends.
  if (trial.form) transport_ = world_.connect();
  Exchange exchange = trial.form ? world_.wire(trial.request, *trial.form) : transport_(trial.request);
  count(trial, exchange, LeakDetector::Pace::ordinary);
  return exchange;
}

Exchange CheckSession::send(const CheckRequest& trial) {
  if (requests_sent_ >= most_requests_)
    end("it got as many requests as were announced, and more would be needed");
  if (!gone_.empty()) {
    Exchange none;
    none.error.detail = gone_;
    return none;
  }
  Exchange exchange = send_once(trial);
  const bool is_dropped =
      !exchange.response && exchange.error.kind == SendError::Kind::closed && was_accepted_;
  if (is_dropped && gone_.empty()) {
    // Servers that recycle their workers occasionally drop a connection. A new connection shows whether that was the
    // reason.
    transport_ = world_.connect();
    exchange = send_once(trial);
    if (exchange.response) ++dropped_;
  }
  if (status_reaction(exchange) != Reaction::rate_limited) {
    limits_hit_ = 0;
    was_accepted_ =
        was_accepted_ || (is_valid_request(trial) && status_reaction(exchange) == Reaction::accepted);
    return exchange;
  }
  world_.sleep(back_off(*exchange.response, world_.now()));
  exchange = send_once(trial);
  if (status_reaction(exchange) == Reaction::rate_limited && ++limits_hit_ >= most_limits_hit) {
    end("it answers 429 (too many requests) again and again");
  }
  return exchange;
}

int CheckSession::confirmations() const {
  constexpr int without_chance = 3, most = 30;
  constexpr double near_error = 1e-7, far_error = 1e-4;
  if (valid_requests_.rejected == 0) return without_chance;
  const double share = (valid_requests_.rejected + 1.0) / (valid_requests_.sent + 2.0);
  const double needed =
      std::log(settings_.is_loopback ? near_error : far_error) / std::log(std::min(share, 0.9));
  return std::clamp(static_cast<int>(std::ceil(needed)), without_chance, most);
}

Exchange CheckSession::send_valid(const CheckRequest& trial) {
  Exchange exchange = send(trial);
  int rejected = 0;
  for (;;) {
    const Reaction what = reaction(trial, exchange);
    if (what == Reaction::accepted) break;
    if (!excuses(exchange)) ++rejected;
    // Size and rate limits aren't chance, and two time-outs are enough.
    const bool is_limit = exchange.response && exchange.response->status == 413;
    // For a repeated event, the whole sequence matters. The check repeats it.
    const bool is_of_sequence = trial.renewal == CheckRequest::Renewal::nothing;
    const bool is_slow =
        !exchange.response && exchange.error.kind == SendError::Kind::timed_out && rejected > 0;
    const bool is_missing = !exchange.response && exchange.error.kind == SendError::Kind::refused;
    if (is_of_sequence || is_limit || is_slow || is_missing || what == Reaction::rate_limited ||
        rejected > confirmations() || !gone_.empty()) {
      return exchange;
    }
    exchange = send(renewed(trial));
  }
  count_valid(rejected, rejected + 1);
  return exchange;
}

Exchange CheckSession::send_invalid(const CheckRequest& trial) {
  Exchange exchange = send(trial);
  const auto is_crash = [&] {
    const Reaction what = status_reaction(exchange);
    return what == Reaction::failed || what == Reaction::redirected ||
           (what == Reaction::silent && exchange.error.kind != SendError::Kind::refused);
  };
  const auto is_late = [&] {
    return !exchange.response && exchange.error.kind == SendError::Kind::timed_out;
  };
  // Each time-out takes seconds, so once it is known to hang at invalid requests, one is enough.
  const int most = !is_late() ? confirmations() : hangs_at_invalid_ ? 0 : 1;
  const bool was_late = is_late();
  for (int i = 0; i < most && is_crash() && gone_.empty(); ++i) exchange = send(trial);
  hangs_at_invalid_ = hangs_at_invalid_ || (was_late && is_late());
  return exchange;
}

bool CheckSession::excuses(const Exchange& exchange) {
  const bool is_late = !exchange.response && exchange.error.kind == SendError::Kind::timed_out;
  if (!is_late || !was_accepted_ || std::exchange(was_slow_, true)) return false;
  facts.notes.push_back(
      fmt::format("One request got no response within {}.", human_duration(exchange.elapsed)));
  return true;
}

void CheckSession::count_valid(int rejected, int sent) {
  valid_requests_.rejected += rejected;
  valid_requests_.sent += sent;
}

std::vector<Exchange> CheckSession::send_at_once(const std::vector<CheckRequest>& trials,
                                                 milliseconds head_start) {
  std::vector<Exchange> exchanges(trials.size());
  if (!gone_.empty()) return exchanges;
  transport_ = world_.connect();  // for the same reason as in send_once
  std::vector<Transport> transports;
  for (const CheckRequest& trial : trials) {
    transports.push_back(trial.form ? Transport([this, form = *trial.form](const Request& request) {
      return world_.wire(request, form);
    })
                                    : world_.connect());
  }
  std::vector<Thread> threads;
  for (std::size_t i = 0; i < trials.size(); ++i) {
    threads.emplace_back([&, i] { exchanges[i] = transports[i](trials[i].request); });
    if (i == 0 && head_start.count() > 0) world_.sleep(head_start);
  }
  for (Thread& thread : threads) thread.join();
  for (std::size_t i = 0; i < trials.size(); ++i) count(trials[i], exchanges[i], LeakDetector::Pace::hurried);
  return exchanges;
}

Reaction CheckSession::status_reaction(const Exchange& exchange) const {
  return reaction_to(exchange, settings_.statuses);
}

Reaction CheckSession::reaction(const CheckRequest& trial, const Exchange& exchange) const {
  const Reaction by_status = status_reaction(exchange);
  if (!facts.is_judged_by_echo || by_status != Reaction::accepted) return by_status;
  const std::string challenge = challenge_of(trial.request.body);
  const bool is_echoed = !challenge.empty() && exchange.response->body.find(challenge) != std::string::npos;
  return is_echoed || challenge.empty() ? Reaction::accepted : Reaction::refused;
}

std::optional<std::int64_t> CheckSession::count_effects() const {
  return world_.count_effects ? world_.count_effects() : std::nullopt;
}

std::string CheckSession::acceptance_text() const {
  const auto& accepted = settings_.statuses.accepted;
  return fmt::format("accepted with status {}", accepted ? accepted->text() : "2xx");
}

std::string CheckSession::refusal_text() const {
  const auto& refused = settings_.statuses.refused;
  return fmt::format("rejected with status {}", refused ? refused->text() : "4xx, such as 401 or 403");
}

bool CheckSession::control() {
  const CheckRequest trial = valid("a plain valid request", body());
  return reaction(trial, send_valid(trial)) == Reaction::accepted;
}

bool CheckSession::is_alive() {
  if (!gone_.empty()) return false;
  const CheckRequest plain{
      .sent = "an unsigned request", .request = request(body(), {}), .how = CheckRequest::Signed::literally};
  if (answers_unsigned_ && send(plain).response) return true;
  // Some receivers hang at requests that they should reject, and respond to the others.
  answers_unsigned_ = false;
  Exchange exchange = send(valid("a plain valid request", body()));
  if (exchange.response) return true;
  milliseconds waited{0};
  for (const milliseconds pause : recovery_pauses) {
    const bool is_waited_for = was_accepted_ || pause == recovery_pauses[0];
    if (!is_waited_for || exchange.error.kind == SendError::Kind::timed_out || !gone_.empty()) break;
    world_.sleep(pause);
    waited += pause;
    exchange = send(valid("a plain valid request", body()));
    if (!exchange.response) continue;
    if (was_accepted_) {
      facts.notes.push_back(
          fmt::format("It was unreachable for about {} ms, and came back.", waited.count()));
    }
    return true;
  }
  has_died_ = was_accepted_;
  gone_.clear();
  end(exchange.error.detail);
  return false;
}

}  // namespace alohook
