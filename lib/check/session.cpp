#include "check/session.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/codec.h"
#include "base/crypto.h"
#include "base/thread.h"
#include "events/challenge.h"
#include "events/event_type.h"
#include "http/http_date.h"
#include "signing/digest_text.h"

namespace alohook {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr milliseconds pause_between_requests{200};  // 5 a second, to others' machines
constexpr milliseconds longest_back_off{10'000};
constexpr milliseconds shortest_back_off{1'000};
constexpr int most_silences = 6;  // in a row
constexpr int most_silences_in_all = 12;
constexpr int most_limits_hit = 3;
constexpr Encoding all_encodings[] = {Encoding::v0, Encoding::hex, Encoding::base64};

milliseconds back_off(const Response& response, Time now) {
  const auto value = header_value(response.headers, "Retry-After");
  const auto wait = value ? parse_retry_after(*value, now) : std::nullopt;
  if (!wait) return shortest_back_off;
  return std::clamp<milliseconds>(*wait, shortest_back_off, longest_back_off);
}

/// The challenge that a body carries, also one that is no JSON any more; empty without one.
std::string challenge_of(std::string_view body) {
  constexpr std::string_view key = "\"challenge\":";
  const std::size_t at = body.find(key);
  if (at == std::string_view::npos) return {};
  const std::size_t begin = body.find('"', at + key.size());
  const std::size_t end = begin == std::string_view::npos ? begin : body.find('"', begin + 1);
  return end == std::string_view::npos ? std::string() : std::string(body.substr(begin + 1, end - begin - 1));
}

}  // namespace

std::string& header_of(Request& request, std::string_view name) {
  return std::ranges::find_if(request.headers,
                              [&](const Header& header) { return equal_ignoring_case(header.name, name); })
      ->value;
}

CheckSession::CheckSession(const CheckSettings& settings, const CheckWorld& world, CheckRun& run)
    : settings_(settings),
      world_(world),
      run_(run),
      watch_(settings.secret),
      masking_({settings.secret}),
      transport_(world.connect()) {
  run_.encoding = settings.encoding;
  run_.is_encoding_given = settings.encoding.has_value();
  encoding_ = settings.encoding.value_or(Encoding::v0);
}

std::string CheckSession::body(std::string_view more) {
  const std::string id = fresh_id();
  if (carrier_ == Carrier::challenge) {
    return fmt::format(R"({{{}"challenge":"{}","type":"{}"}})", more, id, challenge_type);
  }
  const std::size_t brace = settings_.event.find('{');
  if (brace != std::string::npos) {
    const bool is_empty = settings_.event.find('"') == std::string::npos;
    return fmt::format("{}{}\"alohook_check\":\"{}\"{}{}", settings_.event.substr(0, brace + 1), more, id,
                       is_empty ? "" : ",", settings_.event.substr(brace + 1));
  }
  // Sorted and compact, so that what parses it and writes it again in the commonest way makes the same bytes.
  return fmt::format(R"({{{}"id":"{}","type":"alohook.check"}})", more, id);
}

std::string CheckSession::timestamp(std::int64_t offset_s) const {
  return std::to_string(unix_seconds(world_.now()) + offset_s);
}

Request CheckSession::request(std::string body, Headers signature) const {
  Request request{.target = settings_.target, .body = std::move(body)};
  request.headers = {{"Content-Type", "application/json"}, {std::string(check_header), fresh_id()}};
  std::ranges::move(signature, std::back_inserter(request.headers));
  for (const Header& given : settings_.headers) {
    std::erase_if(request.headers, [&](const Header& h) { return equal_ignoring_case(h.name, given.name); });
    request.headers.push_back(given);
  }
  return request;
}

Headers CheckSession::sign(std::string_view timestamp, std::string_view body) const {
  return alohook::sign(settings_.secret, timestamp, body, encoding_);
}

Headers CheckSession::sign_with(std::string_view timestamp, std::string_view digest) const {
  return {{std::string(timestamp_header), std::string(timestamp)},
          {std::string(signature_header), encode_digest(digest, encoding_)}};
}

Trial CheckSession::valid(std::string sent, std::string body, std::int64_t offset_s) const {
  const Headers signature = sign(timestamp(offset_s), body);
  return {.sent = std::move(sent), .request = request(std::move(body), signature), .offset_s = offset_s};
}

void CheckSession::end(std::string why) {
  if (gone_.empty()) gone_ = std::move(why);
}

void CheckSession::keep_rate() {
  if (settings_.is_loopback) return;
  const auto now = steady_clock::now();
  if (last_sent_ && now - *last_sent_ < pause_between_requests) {
    world_.sleep(std::chrono::ceil<milliseconds>(pause_between_requests - (now - *last_sent_)));
  }
  last_sent_ = steady_clock::now();
}

void CheckSession::count(const Trial& trial, Exchange& exchange, Watch::Pace pace) {
  ++run_.requests_sent;
  run_.is_reachable = run_.is_reachable || exchange.response.has_value();
  watch_.look(trial.request, trial.sent, exchange, status_reaction(exchange), pace);
  exchange = masking_.masked(std::move(exchange), trial.request);
  const auto type = event_type_of(trial.request.body);
  if (trial.how == Trial::Signed::rightly && !trial.is_wrong &&
      !(type && same_event(*type, challenge_type))) {
    ++run_.signed_events_sent;
  }
  if (exchange.response) {
    silences_ = 0;
  } else if (++all_silences_ >= most_silences_in_all) {
    end("it left too many requests without an answer: " + exchange.detail);
  } else if (++silences_ >= most_silences) {
    end("it did not answer for several requests in a row: " + exchange.detail);
  }
}

Exchange CheckSession::send_once(const Trial& trial) {
  keep_rate();
  // A server that serves one connection at a time would wait for the end of the one that is kept alive.
  if (trial.form) transport_ = world_.connect();
  Exchange exchange = trial.form ? world_.wire(trial.request, *trial.form) : transport_(trial.request);
  count(trial, exchange, Watch::Pace::ordinary);
  return exchange;
}

Exchange CheckSession::send(const Trial& trial) {
  if (!gone_.empty()) {
    Exchange none;
    none.detail = gone_;
    return none;
  }
  Exchange exchange = send_once(trial);
  if (status_reaction(exchange) != Reaction::rate_limited) {
    limits_hit_ = 0;
    return exchange;
  }
  world_.sleep(back_off(*exchange.response, world_.now()));
  exchange = send_once(trial);
  if (status_reaction(exchange) == Reaction::rate_limited && ++limits_hit_ >= most_limits_hit) {
    end("it answers 429 (too many requests) again and again");
  }
  return exchange;
}

std::vector<Exchange> CheckSession::send_at_once(const std::vector<Trial>& trials, milliseconds head_start) {
  std::vector<Exchange> exchanges(trials.size());
  if (!gone_.empty()) return exchanges;
  transport_ = world_.connect();  // as in send_once
  std::vector<Transport> transports;
  for (const Trial& trial : trials) {
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
  for (std::size_t i = 0; i < trials.size(); ++i) count(trials[i], exchanges[i], Watch::Pace::hurried);
  return exchanges;
}

Reaction CheckSession::status_reaction(const Exchange& exchange) const {
  return reaction_to(exchange, settings_.statuses);
}

Reaction CheckSession::reaction(const Trial& trial, const Exchange& exchange) const {
  const Reaction by_status = status_reaction(exchange);
  if (!judges_by_echo_ || by_status != Reaction::accepted) return by_status;
  const std::string challenge = challenge_of(trial.request.body);
  const bool is_echoed = !challenge.empty() && exchange.response->body.find(challenge) != std::string::npos;
  return is_echoed || challenge.empty() ? Reaction::accepted : Reaction::refused;
}

std::optional<std::int64_t> CheckSession::count_effects() const {
  return world_.count_effects ? world_.count_effects() : std::nullopt;
}

std::string CheckSession::acceptance_text() const {
  const auto& accepted = settings_.statuses.accepted;
  return fmt::format("acceptance: a status of {}", accepted ? accepted->text() : "2xx");
}

std::string CheckSession::refusal_text() const {
  const auto& refused = settings_.statuses.refused;
  return fmt::format("a refusal: a status of {}", refused ? refused->text() : "4xx, such as 401 or 403");
}

bool CheckSession::control() {
  const Trial trial = valid("a plain valid request", body());
  return reaction(trial, send(trial)) == Reaction::accepted;
}

bool CheckSession::is_alive() {
  if (!gone_.empty()) return false;
  const Trial plain{
      .sent = "an unsigned request", .request = request(body(), {}), .how = Trial::Signed::literally};
  if (answers_unsigned_ && send(plain).response) return true;
  // Some hang at what they should refuse, and answer the rest.
  answers_unsigned_ = false;
  if (send(valid("a plain valid request", body())).response) return true;
  // What it choked on may have taken a worker with it, which is started anew.
  world_.sleep(shortest_back_off);
  const Exchange exchange = send(valid("a plain valid request", body()));
  if (!exchange.response) end(exchange.detail);
  return exchange.response.has_value();
}

std::vector<Encoding> CheckSession::candidates() const {
  if (settings_.encoding) return {*settings_.encoding};
  return {std::begin(all_encodings), std::end(all_encodings)};
}

/// Returns whether a rightly signed challenge is told from a badly signed one, by the status or by the echo.
bool CheckSession::tell_by_challenge(Encoding encoding, bool by_echo) {
  encoding_ = encoding;
  carrier_ = Carrier::challenge;
  judges_by_echo_ = by_echo;
  Trial good = valid("the challenge", body());
  if (reaction(good, send(good)) == Reaction::accepted) {
    Trial bad = valid("a badly signed challenge", body());
    bad.is_wrong = true;
    bad.request.headers =
        request({}, sign_with(timestamp(), hash(HashAlgorithm::sha256, {fresh_id()}))).headers;
    if (reaction(bad, send(bad)) == Reaction::refused) return true;
  }
  carrier_ = Carrier::event;
  judges_by_echo_ = false;
  encoding_ = settings_.encoding.value_or(Encoding::v0);
  return false;
}

void CheckSession::discover() {
  bool is_first = true;
  for (const Encoding encoding : candidates()) {
    encoding_ = encoding;
    const Trial trial = valid("a plain valid request", body());
    const Exchange exchange = send(trial);
    if (std::exchange(is_first, false)) first_answer_ = exchange;
    if (status_reaction(exchange) == Reaction::silent && !is_alive()) return;
    if (!gone_.empty()) return;
    if (status_reaction(exchange) != Reaction::accepted) continue;
    first_answer_ = exchange;
    run_.encoding = encoding;
    break;
  }
  if (!run_.encoding || status_reaction(first_answer_) != Reaction::accepted) {
    encoding_ = settings_.encoding.value_or(Encoding::v0);
    const Reaction reaction = status_reaction(first_answer_);
    if (reaction != Reaction::refused && reaction != Reaction::other_refusal && reaction != Reaction::failed)
      return;
    for (const Encoding encoding : candidates()) {
      if (!tell_by_challenge(encoding, false)) continue;
      run_.encoding = encoding;
      run_.notes.push_back(
          "It refuses events of the type it does not know, so it is judged with challenges; give one that it "
          "knows with --event.");
      return;
    }
    return;
  }
  Trial bad = valid("a badly signed request", body());
  bad.is_wrong = true;
  bad.request.headers =
      request({}, sign_with(timestamp(), hash(HashAlgorithm::sha256, {fresh_id()}))).headers;
  const Exchange exchange = send(bad);
  if (exchange.response) refusal_status_ = exchange.response->status;
  if (status_reaction(exchange) != Reaction::accepted) return;
  for (const Encoding encoding : candidates()) {
    if (!tell_by_challenge(encoding, true)) continue;
    run_.encoding = encoding;
    run_.notes.push_back(
        "It always answers 2xx, so it cannot be judged by status; whether a request was taken is told by "
        "whether its challenge comes back.");
    return;
  }
  encoding_ = *run_.encoding;
  run_.notes.push_back(
      "It always answers 2xx, also to what is badly signed, so it cannot be judged by status: either it "
      "verifies nothing, or it hides its refusals. Let it answer 401 or 403 to what it refuses.");
}

}  // namespace alohook
