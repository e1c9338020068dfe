#include "receiver/listener.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <memory>
#include <new>

#include "diagnosis/diagnosis.h"

namespace alohook {
namespace {

constexpr std::size_t max_waiting_output = 16 << 20;  // bytes of events to buffer for a slow terminal
constexpr std::size_t weight_of_event = 1024;         // without its body
constexpr std::size_t bytes_per_output = 64 << 10;    // of lines of JSON that are written together
constexpr int max_diagnosed_per_second = 10;
constexpr int max_rejections_noted_per_second = 20;
constexpr int max_unrecorded_noted_per_second = 1;
constexpr std::chrono::milliseconds max_diagnosing{500};

Response unrecorded_response() {
  return {503, {}, {{"Content-Type", "text/plain"}, {"Retry-After", "1"}}, "cannot be recorded\n"};
}

}  // namespace

/// A request that the listener is processing.
struct Listener::PendingEvent {
  ReceivedEvent event;
  std::size_t number = 0;  // in order of arrival, from 1; requests from web pages don't count
  std::chrono::steady_clock::time_point began;
  bool is_challenge = false;
  bool is_other_path = false;
  bool does_not_count = false;          // toward --expect: its sender has to retry, or is a web page
  const ForwardRoute* route = nullptr;  // null: not forwarded
  Response response;                    // the receiver's own response, or the forwarding target's
  ServerResponse reply = Response{};    // what is sent: the response above, or the script's
  std::string line;                     // as JSON, once the recorder has written it
  Responder respond;
};

Listener::Listener(ListenerSettings settings)
    : settings_(std::move(settings)),
      masking_(settings_.policy.secrets),
      noted_rejections_(max_rejections_noted_per_second),
      noted_unrecorded_(max_unrecorded_noted_per_second),
      diagnosed_(max_diagnosed_per_second),
      output_(max_waiting_output, [this] { write_lines(); }) {
  if (settings_.journal) {
    recorder_ = std::make_unique<Recorder>(std::move(settings_.journal),
                                           [this](std::string_view line) { post_note(std::string(line)); });
  }
  if (!settings_.forward.routes.empty())
    forwarder_ = std::make_unique<Forwarder>(settings_.forward, settings_.connect);
}

void Listener::on_request(Incoming incoming, Responder respond) {
  const Time now = settings_.now();
  Reception reception = receive(incoming.request, settings_.policy, now);
  const auto pending = std::make_shared<PendingEvent>();
  pending->event = {.id = settings_.make_id(),
                    .received_at = now,
                    .remote = std::move(incoming.remote),
                    .request = std::move(incoming.request),
                    .type = std::move(reception.type),
                    .verification = std::move(reception.verification)};
  pending->began = incoming.began;
  pending->is_challenge = reception.is_challenge;
  pending->is_other_path = reception.is_other_path;
  pending->response = std::move(reception.response);
  pending->respond = std::move(respond);
  if (!settings_.allows_pages && is_from_page(pending->event.request.headers)) return reject_page(pending);
  const bool is_valid = pending->event.verification.verdict == Verdict::valid;
  ++(is_valid ? counts_.valid : counts_.rejected);
  pending->number = ++arrived_;
  if (forwarder_ && !pending->is_other_path) {
    pending->route = forwarder_->route_for(pending->event.type);
    pending->event.is_withheld = pending->route != nullptr && !is_valid && !settings_.forward.forwards_all;
    if (pending->event.is_withheld) pending->route = nullptr;
  }
  arrive(pending);
  if (pending->route == nullptr) return record(pending);
  forward(pending);
}

/// A web page that the user visits can send requests to this machine. They must not reach the forwarding target, fill
/// the journal or use up the script.
void Listener::reject_page(const Pending& pending) {
  ++counts_.from_pages;
  pending->does_not_count = true;
  ReceivedEvent& event = pending->event;
  event.is_from_page = true;
  pending->reply = Response{403, {}, {{"Content-Type", "text/plain"}}, "a web page sent this\n"};
  set_outcome(*pending);
  this->respond(pending);
}

void Listener::arrive(const Pending& pending) {
  const ReceivedEvent& event = pending->event;
  if (!settings_.show_arrival || !settings_.filter.matches(event.type, event.request.body)) return;
  post_output(event.request.body.size() + weight_of_event, [this, pending] {
    const ReceivedEvent& arrived = pending->event;
    settings_.show_arrival({arrived.id, arrived.received_at, arrived.remote, arrived.request, arrived.type,
                            arrived.verification, pending->route});
  });
}

void Listener::forward(const Pending& pending) {
  const std::shared_ptr<const Request> request(pending, &pending->event.request);
  ++deliveries_;
  forwarder_->post(*pending->route, request, [this, pending](std::optional<Exchange> exchange) {
    --deliveries_;
    pending->response = passed_back(exchange, pending->event.request.method == "HEAD");
    if (exchange)
      pending->event.forward = {pending->route->url.to_string(),
                                masking_.masked(std::move(*exchange), pending->event.request)};
    record(pending);
  });
}

/// An event is recorded before the response is sent, so every event that gets a 2xx is in the journal.
void Listener::record(const Pending& pending) {
  ReceivedEvent& event = pending->event;
  ScriptedResponse scripted = scripted_response(settings_.script, pending->number,
                                                std::move(pending->response), pending->is_challenge);
  pending->reply = std::move(scripted.reply);
  event.fault = scripted.fault;
  set_outcome(*pending);
  if (!recorder_) return this->respond(pending);
  const std::shared_ptr<const ReceivedEvent> shared(pending, &event);
  recorder_->record(shared, [this, pending](const Recorder::Outcome& outcome) {
    if (!outcome.error.empty()) {
      reject_unrecorded(*pending, outcome.error);
    } else if (settings_.show_json) {
      pending->line = outcome.line;
    }
    this->respond(pending);
  });
}

void Listener::set_outcome(PendingEvent& pending) {
  pending.event.status = pending.reply.response.status;
  pending.event.took = std::chrono::duration_cast<std::chrono::microseconds>(
      std::chrono::steady_clock::now() - pending.began + pending.reply.delay);
}

void Listener::reject_unrecorded(PendingEvent& pending, std::string_view error) {
  ++counts_.unrecorded;
  pending.does_not_count = true;
  pending.reply = unrecorded_response();
  pending.event.status = pending.reply.response.status;
  pending.event.fault.clear();
  if (noted_unrecorded_.allows(pending.event.received_at))
    post_note(fmt::format("responded 503: cannot record the event: {}", error));
}

void Listener::respond(const Pending& pending) {
  // Count the event first: the sender may be the command that the run waits for, and may exit as soon as it has the
  // response.
  if (settings_.on_event && !pending->is_other_path && !pending->does_not_count)
    settings_.on_event(pending->event);
  std::exchange(pending->respond, nullptr)(std::move(pending->reply));
  if (settings_.on_response) {
    settings_.on_response(std::shared_ptr<const ReceivedEvent>(pending, &pending->event));
  }
  show(pending);
}

void Listener::show(const Pending& pending) {
  if (!settings_.show && !settings_.show_json) return;
  const ReceivedEvent& event = pending->event;
  if (!settings_.filter.matches(event.type, event.request.body)) return;
  ++posted_;
  post_output(event.request.body.size() + pending->line.size() + weight_of_event, [this, pending] {
    // Others may have the event by now, so it doesn't change any more.
    std::optional<ReceivedEvent> explained;
    if (std::vector<Cause> causes = causes_of(pending->event); !causes.empty()) {
      explained = pending->event;
      explained->causes = std::move(causes);
    }
    const ReceivedEvent& shown = explained ? *explained : pending->event;
    if (settings_.show) settings_.show(shown);
    const std::string line = std::exchange(pending->line, {});  // the event may be kept for long
    if (settings_.show_json) return add_line(shown, explained ? "" : line);
    ++shown_;
  });
}

void Listener::add_line(const ReceivedEvent& event, std::string_view line) {
  if (!line.empty())
    lines_ += line;
  else
    append_json_line(lines_, event);
  lines_ += '\n';
  ++line_count_;
  if (lines_.size() >= bytes_per_output) write_lines();
}

void Listener::write_lines() {
  if (line_count_ == 0) return;
  // What can't be written for lack of memory is dropped, and its memory freed.
  std::string lines;
  lines.swap(lines_);
  const std::size_t count = std::exchange(line_count_, 0);
  settings_.show_json(lines);
  shown_ += count;
  if (lines.capacity() > 2 * bytes_per_output) return;
  lines.clear();
  lines_.swap(lines);
}

/// Looks for the cause. When many requests fail at once, only some are diagnosed: that is far more expensive than
/// rejecting them.
std::vector<Cause> Listener::causes_of(const ReceivedEvent& event) {
  if (event.verification.verdict == Verdict::valid) return {};
  const auto start = std::chrono::steady_clock::now();
  const auto deadline = std::min(start + max_diagnosing, diagnoses_until_.load());
  if (start >= deadline || !diagnosed_.allows(event.received_at)) return {};
  const DiagnosisLimits limits{
      .out_of_time = [deadline] { return std::chrono::steady_clock::now() > deadline; }};
  return diagnose({.secrets = settings_.policy.secrets,
                   .headers = event.request.headers,
                   .body = event.request.body,
                   .now = event.received_at,
                   .policy = settings_.policy.verification},
                  limits)
      .causes;
}

void Listener::on_rejection(const Rejection& rejection) {
  ++counts_.malformed;
  if (!noted_rejections_.allows(settings_.now())) return;
  const std::string who = rejection.remote.empty() ? "a connection" : rejection.remote;
  const std::string what =
      rejection.status == 0 ? "rejected" : fmt::format("responded {} to", rejection.status);
  post_note(fmt::format("{} {}: {}", what, who, rejection.reason));
}

void Listener::post_note(std::string line) {
  const std::size_t weight = line.size();
  post_output(weight, [this, line = std::move(line)] { settings_.note(line); });
}

/// Skips output for which there is no room in the buffer: a stalled terminal must not delay a response.
void Listener::post_output(std::size_t weight, std::function<void()> job) {
  const bool is_posted = output_.try_post(weight, [this, job = std::move(job)] {
    if (const std::size_t skipped = skipped_.exchange(0))
      settings_.note(fmt::format("… {} not shown: the output was too slow", skipped));
    try {
      job();
    } catch (const std::bad_alloc&) {
      settings_.note("not enough memory: an event is not shown");
    }
  });
  if (!is_posted) ++skipped_;
}

void Listener::finish() {
  FirstFailure failures;
  if (forwarder_) failures.run([this] { forwarder_->finish(); });
  if (recorder_) failures.run([this] { recorder_->finish(); });
  failures.rethrow();
}

bool Listener::finish_output(std::chrono::milliseconds limit) {
  diagnoses_until_ = std::chrono::steady_clock::now() + limit / 2;
  return output_.finish_within(limit);
}

ListenerCounts Listener::counts() const {
  ListenerCounts counts = counts_;
  counts.unshown = posted_ - shown_;
  return counts;
}

}  // namespace alohook
