#include "receiver/listener.h"

#include <fmt/format.h>

#include <chrono>
#include <memory>

#include "diagnosis/diagnosis.h"

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

/// A request on its way through.
struct Listener::Case {
  ReceivedEvent event;
  std::chrono::steady_clock::time_point began;
  std::size_t number;  // in order of arrival, from 1
  Reception own;       // its answer becomes the target's when the event is forwarded
  ServerAnswer answer;
  Responder respond;
  bool is_lost = false;  // could not be recorded: the sender has to come again
};

Listener::Listener(ListenerSettings settings)
    : settings_(std::move(settings)),
      masking_(settings_.policy.secrets),
      told_(max_told_per_second),
      told_of_journal_(1),
      explained_(max_explained_per_second),
      output_(max_waiting_output) {
  if (settings_.journal) recorder_ = std::make_unique<Recorder>(std::move(settings_.journal));
  if (!settings_.forward.routes.empty()) {
    forwarder_ = std::make_unique<Forwarder>(std::move(settings_.forward), settings_.connect);
  }
}

void Listener::on_request(Incoming incoming, Responder respond) {
  const Time now = settings_.now();
  Reception reception = receive(incoming.request, settings_.policy, now);
  if (reception.verification.verdict == Verdict::valid) {
    ++counts_.valid;
  } else {
    ++counts_.rejected;
  }
  ReceivedEvent received{.id = settings_.make_id(),
                         .received_at = now,
                         .remote = std::move(incoming.remote),
                         .request = std::move(incoming.request),
                         .type = reception.type,
                         .verification = reception.verification};
  const auto current = std::make_shared<Case>(Case{
      .event = std::move(received),
      .began = incoming.began,
      .number = ++arrived_,
      .own = std::move(reception),
      .answer = Response{},
      .respond = std::move(respond),
  });
  const ReceivedEvent& event = current->event;
  const ForwardRoute* route = forwarder_ && !current->own.is_elsewhere
                                  ? forwarder_->route_for(event.type, event.verification.verdict)
                                  : nullptr;
  if (route == nullptr) return settle(current);
  forwarder_->post(*route, event.request, [this, current, route](std::optional<Exchange> exchange) {
    current->own.answer = passed_back(exchange);
    if (exchange) {
      current->event.forward = {route->url.to_string(),
                                masking_.masked(std::move(*exchange), current->event.request)};
    }
    settle(current);
  });
}

/// What was answered with a 2xx is in the journal, so recording comes first.
void Listener::settle(const std::shared_ptr<Case>& current) {
  ReceivedEvent& event = current->event;
  ScriptedAnswer scripted = scripted_answer(settings_.script, current->number, current->own);
  current->answer = std::move(scripted.answer);
  event.status = current->answer.response.status;
  event.fault = scripted.fault;
  event.took = std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::steady_clock::now() -
                                                                     current->began + current->answer.delay);
  if (!recorder_) return acknowledge(current);
  const std::shared_ptr<const ReceivedEvent> shared(current, &event);
  recorder_->record(shared, [this, current](std::error_code error) {
    if (error) refuse_unrecorded(*current, error);
    acknowledge(current);
  });
}

void Listener::refuse_unrecorded(Case& current, const std::error_code& error) {
  ++counts_.unrecorded;
  current.is_lost = true;
  current.answer =
      Response{503, {}, {{"Content-Type", "text/plain"}, {"Retry-After", "1"}}, "cannot be recorded\n"};
  current.event.status = current.answer.response.status;
  current.event.fault.clear();
  if (!told_of_journal_.allows(current.event.received_at)) return;
  const std::string line = fmt::format("answered 503: cannot record the event: {}", error.message());
  output_.post(line.size(), [this, line] { settings_.note(line); });
}

void Listener::acknowledge(const std::shared_ptr<Case>& current) {
  current->respond(std::move(current->answer));
  current->respond = nullptr;
  if (settings_.on_response) settings_.on_response(current->event);
  if (settings_.on_event && !current->own.is_elsewhere && !current->is_lost) {
    settings_.on_event(current->event);
  }
  show(current);
}

void Listener::on_rejection(const Rejection& rejection) {
  ++counts_.malformed;
  if (!told_.allows(settings_.now())) return;
  const std::string who = rejection.remote.empty() ? "a connection" : rejection.remote;
  const std::string what =
      rejection.status == 0 ? "turned away" : fmt::format("answered {} to", rejection.status);
  const std::string line = fmt::format("{} {}: {}", what, who, rejection.reason);
  output_.post(line.size(), [this, line] { settings_.note(line); });
}

ListenerCounts Listener::finish() {
  if (forwarder_) forwarder_->finish();
  if (recorder_) recorder_->finish();
  output_.finish();
  return counts_;
}

void Listener::show(const std::shared_ptr<Case>& current) {
  const ReceivedEvent& event = current->event;
  if (!settings_.show || !settings_.filter.matches(event.type, event.request.body)) return;
  output_.post(event.request.body.size() + 1024, [this, current] {
    if (current->event.verification.verdict != Verdict::valid) explain(current->event);
    settings_.show(current->event);
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
