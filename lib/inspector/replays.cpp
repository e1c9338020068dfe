#include "inspector/replays.h"

#include <memory>
#include <new>
#include <utility>

#include "base/error.h"
#include "http/hop_by_hop.h"
#include "json/json_line.h"
#include "sender/replay.h"

namespace alohook {
namespace {

constexpr std::size_t max_kept = 1000;
constexpr std::size_t max_kept_body = 4096;  // what `to_json` includes of a response

}  // namespace

Request request_of(const ReplayOrder& order, const ReceivedEvent& event, const Secret& secret, Time now) {
  Request request = event.request;
  if (order.body) request.body = *order.body;
  if (order.is_as_recorded) return addressed_to(request, order.url, HostHeader::of_target);
  return replayed(request, {order.url, secret, event.verification.encoding}, now);
}

std::string to_json(const ReplayResult& result) {
  return JsonLine()
      .string("id", result.order.id)
      .string("at", iso8601(result.at))
      .number("bytes", static_cast<std::int64_t>(result.bytes))
      .boolean("edited", result.order.body.has_value())
      .boolean("as_recorded", result.order.is_as_recorded)
      .json("forward", to_json(Forwarding{.url = result.order.url.to_string(),
                                          .exchange = result.exchange,
                                          .body_bytes = result.response_bytes}))
      .take();
}

bool Replays::start(ReplayOrder order, Request request, Time now,
                    std::function<void(const ReplayResult&)> done) {
  if (threads_.size() >= most_at_once) return false;
  std::list<Thread> started(1);  // moved to the other threads' list only once it runs
  const auto place = started.begin();
  ReplayResult result{.order = std::move(order), .at = now, .bytes = request.body.size(), .exchange = {}};
  *place = Thread([this, place, request = std::move(request), result = std::move(result),
                   done = std::move(done)]() mutable {
    try {
      result.exchange = send_(result.order.url, request);
    } catch (const Error& error) {
      result.exchange.error.kind = SendError::Kind::not_http;
      result.exchange.error.detail = error.what();
    } catch (const std::bad_alloc&) {
      result.exchange.error.kind = SendError::Kind::not_http;
      result.exchange.error.detail = "not enough memory";
    }
    auto shared = std::make_shared<ReplayResult>(std::move(result));
    post_([this, place, shared, done = std::move(done)] {
      place->join();
      threads_.erase(place);
      done(*shared);
      shared->order.body = shared->order.body ? std::optional(std::string()) : std::nullopt;
      keep(std::move(*shared));
    });
  });
  threads_.splice(threads_.end(), started);
  return true;
}

void Replays::keep(ReplayResult result) {
  if (auto& response = result.exchange.response; response && response->body.size() > max_kept_body) {
    result.response_bytes = response->body.size();
    response->body.resize(max_kept_body);
    response->body.shrink_to_fit();
  }
  results_.push_back(std::move(result));
  if (results_.size() > max_kept) results_.pop_front();
}

std::vector<const ReplayResult*> Replays::of(std::string_view id) const {
  std::vector<const ReplayResult*> found;
  for (const ReplayResult& result : results_)
    if (result.order.id == id) found.push_back(&result);
  return found;
}

void Replays::finish() {
  threads_.clear();  // joins them
}

}  // namespace alohook
