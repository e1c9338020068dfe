#include "listener.h"

#include <fmt/format.h>

#include <chrono>
#include <memory>

#include "ground/codec.h"
#include "ground/crypto.h"
#include "things/diagnosis.h"

namespace alohook {
namespace {

constexpr std::size_t max_waiting_output = 16 << 20;  // bytes of events that a slow terminal may hold up
constexpr int max_explained_per_second = 10;
constexpr int max_told_per_second = 20;
constexpr std::chrono::milliseconds max_explaining{500};

}  // namespace

bool PerSecond::allows(Time now) {
  const std::int64_t second = unix_seconds(now);
  if (second != second_) count_ = 0;
  second_ = second;
  return ++count_ <= limit_;
}

Listener::Listener(ListenerSettings settings, Console& console, Context& context)
    : settings_(std::move(settings)),
      console_(console),
      context_(context),
      told_(max_told_per_second),
      explained_(max_explained_per_second),
      output_(max_waiting_output) {}

void Listener::on_request(Incoming incoming, const Responder& respond) {
  const Time now = context_.now();
  Reception reception = receive(incoming.request, settings_.policy, now);
  const int status = reception.answer.status;
  respond(std::move(reception.answer));
  ++(reception.verification.verdict == Verdict::valid ? valid_ : refused_);
  if (console_.format() == Format::quiet || !settings_.filter.matches(reception.type, incoming.request.body))
    return;
  const auto took = std::chrono::steady_clock::now() - incoming.began;
  show({
      .id = hex_encode(random_bytes(8)),
      .received_at = now,
      .remote = std::move(incoming.remote),
      .request = std::move(incoming.request),
      .type = std::move(reception.type),
      .verification = std::move(reception.verification),
      .causes = {},
      .status = status,
      .took = std::chrono::duration_cast<std::chrono::microseconds>(took),
  });
}

void Listener::on_rejection(const Rejection& rejection) {
  ++turned_away_;
  if (!told_.allows(context_.now())) return;
  const std::string who = rejection.remote.empty() ? "a connection" : rejection.remote;
  const std::string what =
      rejection.status == 0 ? "turned away" : fmt::format("answered {} to", rejection.status);
  const std::string line = fmt::format("{} {}: {}", what, who, rejection.reason);
  output_.post(line.size(), [this, line] { console_.talk(line); });
}

void Listener::finish() {
  output_.finish();
  std::string line = fmt::format("stopped; {} valid, {} refused", valid_, refused_);
  if (turned_away_ > 0) line += fmt::format(", {} turned away", turned_away_);
  console_.talk(line);
}

void Listener::show(ReceivedEvent event) {
  const std::size_t weight = event.request.body.size() + 1024;
  const auto shared = std::make_shared<ReceivedEvent>(std::move(event));
  output_.post(weight, [this, shared] {
    if (shared->verification.verdict != Verdict::valid) explain(*shared);
    if (console_.format() == Format::json) return console_.json(to_json_line(*shared));
    console_.human(show_event(*shared, settings_.view, console_.palette()));
  });
}

/// Looks for the cause. Under a flood of refusals most go unexplained: a search costs far more than a refusal.
void Listener::explain(ReceivedEvent& event) {
  if (!explained_.allows(event.received_at)) return;
  const auto deadline = std::chrono::steady_clock::now() + max_explaining;
  const DiagnosisLimits limits{
      .out_of_time = [deadline] { return std::chrono::steady_clock::now() > deadline; }};
  event.causes = diagnose({.secrets = settings_.policy.secrets,
                           .headers = event.request.headers,
                           .body = event.request.body,
                           .now = event.received_at,
                           .policy = settings_.policy.verification},
                          limits)
                     .causes;
}

}  // namespace alohook
