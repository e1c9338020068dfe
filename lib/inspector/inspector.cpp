#include "inspector/inspector.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/codec.h"
#include "base/crypto.h"
#include "base/error.h"
#include "inspector/api_response.h"
#include "inspector/guard.h"
#include "inspector/page.h"
#include "journal/reader.h"

namespace alohook {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr std::size_t token_bytes = 32;
constexpr std::size_t shortest_token = 24;
constexpr std::size_t max_connections = 64;
constexpr std::size_t max_request = 1 << 20;
constexpr milliseconds follow_interval{250};
constexpr milliseconds stop_grace{200};

ServerOptions server_options(std::uint16_t port) {
  return {.host = "127.0.0.1",
          .port = port,
          .max_body_bytes = max_request,
          .max_connections = max_connections,
          .rejection_headers = inspector_headers()};
}

Response with_inspector_headers(Response response) {
  const Headers& headers = inspector_headers();
  response.headers.insert(response.headers.end(), headers.begin(), headers.end());
  return response;
}

}  // namespace

std::string make_inspector_token() { return hex_encode(random_bytes(token_bytes)); }

std::string token_objection(std::string_view token) {
  if (token.size() < shortest_token) {
    return fmt::format("has {} characters; it needs at least {}", token.size(), shortest_token);
  }
  const bool is_plain = std::ranges::all_of(token, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
  });
  return is_plain ? "" : "has other characters than letters, digits, '-' and '_'";
}

Inspector::Inspector(InspectorSettings settings)
    : settings_(std::move(settings)),
      api_(settings_.api, feed_, settings_.journal.get(), settings_.boot,
           [this](std::function<void()> job) { post(std::move(job)); }),
      server_(
          server_options(settings_.port),
          [this](Incoming incoming, Responder respond) {
            on_request(std::move(incoming), std::move(respond));
          },
          [](const Rejection&) {}) {
  feed_.on_push([this] {
    const std::lock_guard lock(mutex_);
    is_woken_ = true;
    has_work_.notify_one();
  });
  if (!settings_.follows || !settings_.journal) return;
  for (std::int64_t n = 0;; --n) {
    const auto line = settings_.journal->older(n);
    if (!line) break;
    auto event = read_journal_line(line->text);
    // Numbers must match the journal, so stop at the first event that can't be read.
    if (!event || !feed_.push_older(std::make_shared<const ReceivedEvent>(as_received(std::move(*event)))))
      break;
  }
}

Inspector::~Inspector() {
  FirstFailure().run([this] { stop(); });
}

std::string Inspector::url() const { return fmt::format("{}#token={}", server_.url(), settings_.token); }

void Inspector::push(const Rejection& rejection, Time at) {
  ReceivedEvent event{.id = hex_encode(random_bytes(8)),
                      .received_at = at,
                      .remote = rejection.remote,
                      .request = {},
                      .type = {},
                      .verification = {}};
  event.request.method.clear();  // an empty method marks the event: nothing is known about the request
  event.verification.detail = rejection.reason;
  event.status = rejection.status;
  feed_.push(std::make_shared<const ReceivedEvent>(std::move(event)));
}

void Inspector::start() {
  working_ = Thread([this] { work(); });
  serving_ = Thread([this] { server_.run(); });
}

void Inspector::run() {
  working_ = Thread([this] { work(); });
  server_.run();
}

void Inspector::interrupt() { server_.stop(stop_grace); }

void Inspector::stop() {
  if (!working_.joinable()) return;
  {
    const std::lock_guard lock(mutex_);
    is_ending_ = true;
  }
  has_work_.notify_one();
  FirstFailure failures;
  failures.run([this] { working_.join(); });
  api_.finish();
  server_.stop(stop_grace);
  failures.run([this] { serving_.join(); });
  failures.rethrow();
}

void Inspector::post(std::function<void()> job) {
  {
    const std::lock_guard lock(mutex_);
    if (is_ending_) return;
    jobs_.push_back(std::move(job));
  }
  has_work_.notify_one();
}

/// Runs on the server's thread. Rejects requests that may not pass, and serves the page, which doesn't need the API.
void Inspector::on_request(Incoming incoming, Responder respond) {
  respond = [respond = std::move(respond)](ServerResponse answer) {
    answer.response = with_inspector_headers(std::move(answer.response));
    respond(std::move(answer));
  };
  const Request& request = incoming.request;
  if (const auto rejection = guard(request, {server_.port(), settings_.token})) {
    return respond(error_response(rejection->status, rejection->id, rejection->text));
  }
  const std::string_view path = path_of(request.target);
  if (path.starts_with("/api/")) {
    return post([this, request, respond = std::move(respond)]() mutable {
      api_.handle(request, std::move(respond));
    });
  }
  auto page = page_response(path);
  respond(page ? std::move(*page) : error_response(404, "no-such-path", "there is nothing here"));
}

/// Adds events that other programs have appended to the journal. Returns whether there are more.
bool Inspector::take_appended() {
  const auto lines = settings_.journal->appended();
  for (const JournalIndex::Line& line : lines) {
    auto event = read_journal_line(line.text);
    if (!event) continue;
    feed_.push(std::make_shared<const ReceivedEvent>(as_received(std::move(*event))));
  }
  return !lines.empty();
}

void Inspector::work() {
  FirstFailure failures;
  auto next = steady_clock::time_point::max();
  const bool follows = settings_.follows && settings_.journal;
  while (true) {
    std::deque<std::function<void()>> jobs;
    {
      std::unique_lock lock(mutex_);
      const auto is_ready = [this] { return is_ending_ || is_woken_ || !jobs_.empty(); };
      if (follows) next = std::min(next, steady_clock::now() + follow_interval);
      if (next == steady_clock::time_point::max()) {
        has_work_.wait(lock, is_ready);
      } else {
        has_work_.wait_until(lock, next, is_ready);
      }
      if (is_ending_) break;
      is_woken_ = false;
      jobs.swap(jobs_);
    }
    if (follows) {
      while (take_appended()) {
      }
    }
    for (const auto& job : jobs) failures.run(job);
    next = api_.wake(steady_clock::now()).value_or(steady_clock::time_point::max());
  }
  failures.rethrow();
}

}  // namespace alohook
