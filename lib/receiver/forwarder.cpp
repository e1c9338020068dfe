#include "receiver/forwarder.h"

#include <fmt/format.h>

#include <algorithm>
#include <new>
#include <utility>

#include "base/error.h"
#include "base/visible.h"
#include "events/event_type.h"

namespace alohook {
namespace {

constexpr std::size_t max_waiting = 256 << 20;  // bytes of bodies, inside and outside the queue

}  // namespace

Forwarder::Forwarder(ForwardPolicy policy, const Connect& connect) : policy_(std::move(policy)) {
  std::vector<std::vector<Transport>> transports(policy_.concurrency);
  for (auto& of_thread : transports)
    for (const ForwardRoute& route : policy_.routes) of_thread.push_back(connect(route.url));
  try {
    for (auto& of_thread : transports)
      threads_.emplace_back([this, own = std::move(of_thread)] { work(own); });
    threads_.emplace_back([this] { reject_late(); });
  } catch (...) {
    end();  // otherwise the destructors would wait forever for the threads that are running
    throw;
  }
}

Forwarder::~Forwarder() {
  FirstFailure().run([this] { finish(); });
}

const ForwardRoute* Forwarder::route_for(const std::optional<std::string>& type) const {
  const ForwardRoute* for_all = nullptr;
  for (const ForwardRoute& route : policy_.routes) {
    if (type && !route.type.empty() && same_event(route.type, *type)) return &route;
    if (route.type.empty()) for_all = &route;
  }
  return for_all;
}

void Forwarder::post(const ForwardRoute& route, std::shared_ptr<const Request> request, Done done) {
  bool is_first_outside = false;
  {
    std::unique_lock lock(mutex_);
    if (waiting_ + request->body.size() > max_waiting && !jobs_.empty()) {
      lock.unlock();
      return done(std::nullopt);
    }
    waiting_ += request->body.size();
    const auto place_until = std::chrono::steady_clock::now() + policy_.wait;
    jobs_.push_back({&route, std::move(request), std::move(done), place_until});
    is_first_outside = jobs_.size() == policy_.queue + 1;
  }
  has_work_.notify_one();
  if (is_first_outside) is_crowded_.notify_one();
}

void Forwarder::finish() {
  end();
  FirstFailure failures;
  for (Thread& thread : std::exchange(threads_, {})) failures.run([&] { thread.join(); });
  for (const Job& job : std::exchange(jobs_, {})) failures.run([&] { job.done(std::nullopt); });
  failures.rethrow();
}

void Forwarder::end() {
  {
    const std::lock_guard lock(mutex_);
    is_ending_ = true;
  }
  has_work_.notify_all();
  is_crowded_.notify_all();
}

void Forwarder::work(const std::vector<Transport>& transports) {
  FirstFailure failures;
  std::unique_lock lock(mutex_);
  while (true) {
    has_work_.wait(lock, [this] { return is_ending_ || !jobs_.empty(); });
    if (is_ending_) break;
    {
      const Job job = take(jobs_.begin());
      lock.unlock();
      failures.run([&] { job.done(forward(job, transports)); });
    }
    lock.lock();
  }
  lock.unlock();
  failures.rethrow();
}

Forwarder::Job Forwarder::take(std::deque<Job>::iterator place) {
  Job job = std::move(*place);
  jobs_.erase(place);
  waiting_ -= job.request->body.size();
  return job;
}

Exchange Forwarder::forward(const Job& job, const std::vector<Transport>& transports) const {
  const auto index = static_cast<std::size_t>(job.route - policy_.routes.data());
  Exchange exchange;
  try {
    return transports[index](addressed_to(*job.request, job.route->url, policy_.host));
  } catch (const Error& error) {
    // The request came in over HTTP but can't be sent as it is. Only this request is affected.
    exchange.error.detail = error.what();
  } catch (const std::bad_alloc&) {
    exchange.error.detail = "not enough memory";
  }
  exchange.error.kind = SendError::Kind::not_http;
  return exchange;
}

/// Rejects requests that have waited too long for a place in the queue. The first one outside it has waited longest.
void Forwarder::reject_late() {
  FirstFailure failures;
  std::unique_lock lock(mutex_);
  while (!is_ending_) {
    if (jobs_.size() <= policy_.queue) {
      is_crowded_.wait(lock);
      continue;
    }
    const auto first = jobs_.begin() + static_cast<std::ptrdiff_t>(policy_.queue);
    if (first->place_until > std::chrono::steady_clock::now()) {
      const SteadyTime until = first->place_until;
      is_crowded_.wait_until(lock, until);
      continue;
    }
    {
      const Job job = take(first);
      lock.unlock();
      failures.run([&] { job.done(std::nullopt); });
    }
    lock.lock();
  }
  lock.unlock();
  failures.rethrow();
}

Response passed_back(const std::optional<Exchange>& exchange, bool is_head) {
  const auto failure = [](int status, std::string_view reason) -> Response {
    return {status, {}, {{"Content-Type", "text/plain; charset=utf-8"}}, fmt::format("{}\n", reason)};
  };
  if (!exchange) {
    Response response =
        failure(503, "not forwarded: too many events wait for the server that this is forwarded to");
    response.headers.push_back({"Retry-After", "1"});
    return response;
  }
  if (exchange->response) {
    Response response = *exchange->response;
    response.headers = without_hop_by_hop(exchange->response->headers);
    if (!is_head) return response;
    for (const std::string_view length : header_values(exchange->response->headers, "Content-Length"))
      response.headers.push_back({"Content-Length", std::string(length)});
    return response;
  }
  const bool is_late = exchange->error.kind == SendError::Kind::timed_out;
  return failure(is_late ? 504 : 502, "not forwarded: " + visible(exchange->error.detail));
}

}  // namespace alohook
