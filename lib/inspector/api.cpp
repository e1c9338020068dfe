#include "inspector/api.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <limits>
#include <utility>

#include "base/codec.h"
#include "base/crypto.h"
#include "diagnosis/diagnosis.h"
#include "inspector/api_response.h"
#include "inspector/event_details.h"
#include "inspector/guard.h"
#include "inspector/matcher.h"
#include "json/json_line.h"
#include "json/json_text.h"

namespace alohook {
namespace {

using std::chrono::steady_clock;

constexpr std::size_t max_causes = 1000;  // events whose causes are cached
constexpr std::size_t max_deliveries = 200;
constexpr std::chrono::milliseconds max_explaining{500};
constexpr std::chrono::milliseconds max_searching{100};
constexpr std::string_view events_path = "/api/events";

std::string joined(const std::vector<std::string>& items) {
  return fmt::format("[{}]", fmt::join(items, ","));
}

/// A number greater than any event's.
constexpr std::int64_t no_number = std::numeric_limits<std::int64_t>::max() - 1;

}  // namespace

Api::Api(ApiSettings settings, Feed& feed, JournalIndex* journal, std::string boot, Replays::Post post)
    : settings_(std::move(settings)),
      masking_(settings_.secrets),
      feed_(feed),
      archive_(feed, journal),
      boot_(std::move(boot)),
      started_at_(settings_.now()),
      replays_(
          [this](const Url& url, const Request& request) {
            return masking_.masked(settings_.send(url, request), request);
          },
          std::move(post)) {}

void Api::handle(const Request& request, Responder respond) {
  const std::string_view path = path_of(request.target);
  const bool is_post = request.method == "POST";
  if (path == "/api/replays" && is_post) return replay(request, std::move(respond));
  if (path == "/api/exports" && is_post) return respond(export_many(request));
  if (is_post) return respond(error_response(405, "wrong-method", "this path is read with GET"));
  if (path == "/api/session") return respond(session());
  if (path == "/api/search") return respond(search(request));
  if (path == events_path) return events(request, std::move(respond));
  if (path.starts_with(events_path) && path.substr(events_path.size()).starts_with('/')) {
    return event(request, path.substr(events_path.size() + 1), std::move(respond));
  }
  respond(error_response(404, "no-such-path", "the API has no such path"));
}

Response Api::session() const {
  std::vector<std::string> targets, secrets;
  for (const InspectorTarget& target : settings_.forward) {
    targets.push_back(JsonLine().string("type", target.type).string("url", target.url).take());
  }
  for (const Secret& secret : settings_.secrets) {
    secrets.push_back(JsonLine()
                          .number("bytes", static_cast<std::int64_t>(secret.bytes().size()))
                          .string("sha256", short_digest(secret))
                          .boolean("development", settings_.is_development_secret)
                          .take());
  }
  return json_response(JsonLine()
                           .number("schema", 1)
                           .string("boot", boot_)
                           .string("version", settings_.version)
                           .string("listening", settings_.listening)
                           .json("forward", joined(targets))
                           .string("journal", settings_.journal)
                           .json("secrets", joined(secrets))
                           .boolean("read_only", settings_.is_read_only)
                           .string("started_at", iso8601(started_at_))
                           .json("limits", JsonLine()
                                               .number("rows", most_rows)
                                               .number("inlined_body", max_inlined_body)
                                               .number("replays", Replays::most_at_once)
                                               .number("wait_s", longest_wait.count())
                                               .take())
                           .take());
}

std::string Api::rows_json(const std::vector<FeedItem>& items) {
  std::vector<std::string> rows;
  for (const FeedItem& item : items) rows.push_back(to_json(row_of(item, likely_cause(*item.event))));
  return joined(rows);
}

std::string Api::events_json(const Feed::Part& part, bool is_crowded) {
  return JsonLine()
      .number("schema", 1)
      .string("boot", boot_)
      .number("first", feed_.first())
      .number("last", part.last)
      .number("missed", part.missed)
      .boolean("crowded", is_crowded)
      .json("events", rows_json(part.items))
      .take();
}

void Api::events(const Request& request, Responder respond) {
  const auto limit = static_cast<std::size_t>(
      std::clamp<std::int64_t>(query_number(request.target, "limit").value_or(most_rows), 1, most_rows));
  const auto after = query_number(request.target, "after");
  if (!after) {
    return respond(older(query_number(request.target, "before").value_or(no_number), limit));
  }
  const auto wait = std::chrono::seconds(
      std::clamp<std::int64_t>(query_number(request.target, "wait").value_or(0), 0, longest_wait.count()));
  feed_.set_awaited(true);  // set before checking, so that no push in between goes unnoticed
  const Feed::Part part = feed_.after(*after, limit);
  if (!part.items.empty() || part.missed > 0 || part.last != *after || wait.count() == 0) {
    return respond(json_response(events_json(part, false)));
  }
  polls_.push_back({*after, steady_clock::now() + wait, std::move(respond)});
  if (polls_.size() <= most_polls) return;
  polls_.front().respond(json_response(events_json(feed_.after(polls_.front().after, most_rows), true)));
  polls_.pop_front();
}

std::optional<Api::SteadyTime> Api::wake(SteadyTime now) {
  std::optional<SteadyTime> next;
  const std::int64_t last = feed_.last();
  for (auto poll = polls_.begin(); poll != polls_.end();) {
    if (last != poll->after || poll->until <= now) {
      poll->respond(json_response(events_json(feed_.after(poll->after, most_rows), false)));
      poll = polls_.erase(poll);
    } else {
      if (!next || poll->until < *next) next = poll->until;
      ++poll;
    }
  }
  if (polls_.empty()) feed_.set_awaited(false);
  return next;
}

Response Api::older(std::int64_t before, std::size_t limit) {
  const Archive::Older older = archive_.before(before, limit);
  return json_response(JsonLine()
                           .number("schema", 1)
                           .string("boot", boot_)
                           .number("first", feed_.first())
                           .number("last", feed_.last())
                           .boolean("more", older.has_more)
                           .json("events", rows_json(older.items))
                           .take());
}

Response Api::search(const Request& request) {
  const EventMatcher matcher(query_value(request.target, "q").value_or(""));
  const auto deadline = steady_clock::now() + max_searching;
  std::vector<FeedItem> matches;
  std::int64_t scanned_to = query_number(request.target, "before").value_or(no_number);
  auto n = archive_.previous(scanned_to);
  while (n && matches.size() < most_rows && steady_clock::now() < deadline) {
    scanned_to = *n;
    auto event = archive_.at(*n);
    if (event && matcher.matches(*event)) matches.push_back({*n, std::move(event)});
    n = archive_.previous(*n);
  }
  return json_response(JsonLine()
                           .number("schema", 1)
                           .string("boot", boot_)
                           .json("matches", rows_json(matches))
                           .number("scanned_to", scanned_to)
                           .boolean("done", !n)
                           .take());
}

void Api::event(const Request& request, std::string_view rest, Responder respond) {
  const std::string_view id = rest.substr(0, rest.find('/'));
  const std::string_view part = rest.substr(std::min(rest.size(), id.size() + 1));
  constexpr std::size_t shortest_id = 6;
  // A number is found immediately, but finding an ID may require searching the whole journal.
  const auto n = query_number(request.target, "n");
  auto known = n ? archive_.at(*n) : nullptr;
  if (known && !known->id.starts_with(id)) known = nullptr;
  std::optional<FeedItem> item;
  if (known && id.size() >= shortest_id) item = FeedItem{*n, std::move(known)};
  if (!item && id.size() >= shortest_id) item = archive_.find(id);
  if (!item) return respond(error_response(404, "no-such-event", "there is no event with this id"));
  if (part.empty()) return respond(details(*item));
  if (part == "body") return respond(body(request, *item));
  if (part == "export") return respond(export_one(request, *item));
  respond(error_response(404, "no-such-path", "the API has no such path"));
}

Response Api::details(const FeedItem& item) {
  const ReceivedEvent& event = *item.event;
  std::vector<std::string> replays;
  for (const ReplayResult* result : replays_.of(event.id)) replays.push_back(to_json(*result));
  const std::string causes = causes_json(causes_of(event));
  bool has_body = true;
  ReceivedEvent shown = event;
  if (shown.forward) {
    shown.forward->exchange = masking_.masked(std::move(shown.forward->exchange), event.request);
  }
  return json_response(JsonLine()
                           .number("schema", 1)
                           .number("n", item.n)
                           .json("row", to_json(row_of(item, likely_cause(event))))
                           .json("event", event_json(std::move(shown), has_body))
                           .boolean("has_body", has_body)
                           .json("causes", causes)
                           .json("deliveries", rows_json(feed_.with_body(event.request.body, max_deliveries)))
                           .json("replays", joined(replays))
                           .take());
}

Response Api::body(const Request& request, const FeedItem& item) const {
  return ranged(request, download_response("application/octet-stream", item.event->id + ".body",
                                           item.event->request.body));
}

std::string_view Api::likely_cause(const ReceivedEvent& event) const {
  const auto known = causes_.find(event.id);
  const auto& causes = known == causes_.end() ? event.causes : known->second;
  return causes.empty() ? std::string_view() : causes.front().id;
}

const std::vector<Cause>& Api::causes_of(const ReceivedEvent& event) {
  const auto known = causes_.find(event.id);
  if (known != causes_.end()) return known->second;
  if (causes_.size() >= max_causes) {
    causes_.erase(causes_order_.front());
    causes_order_.erase(causes_order_.begin());
  }
  causes_order_.push_back(event.id);
  std::vector<Cause>& causes = causes_[event.id];
  if (event.verification.verdict == Verdict::valid || settings_.secrets.empty()) return causes;
  const auto deadline = steady_clock::now() + max_explaining;
  causes = diagnose({.secrets = settings_.secrets,
                     .headers = event.request.headers,
                     .body = event.request.body,
                     .now = event.received_at,
                     .policy = settings_.verification},
                    {.out_of_time = [deadline] { return steady_clock::now() > deadline; }})
               .causes;
  return causes;
}

void Api::finish() {
  polls_.clear();
  replays_.finish();
}

}  // namespace alohook
