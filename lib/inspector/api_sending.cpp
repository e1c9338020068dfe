// Part of the API: what leaves the inspector as a request, sent or exported.
#include <fmt/format.h>

#include <utility>

#include "base/codec.h"
#include "base/error.h"
#include "events/event_type.h"
#include "http/hop_by_hop.h"
#include "inspector/api.h"
#include "inspector/api_response.h"
#include "json/json_string.h"
#include "json/json_text.h"
#include "sender/request_export.h"

namespace alohook {
namespace {

std::optional<std::string> string_of(const JsonText& json, std::string_view key) {
  const auto value = json.member(JsonText::root, key);
  if (!value || json.kind(*value) != JsonText::Kind::string) return std::nullopt;
  return unescape_json_string(json.raw(*value));
}

bool is_true(const JsonText& json, std::string_view key) {
  const auto value = json.member(JsonText::root, key);
  return value && json.raw(*value) == "true";
}

std::optional<RequestForm> form_named(std::string_view name) {
  if (name == "curl") return RequestForm::curl;
  if (name == "http") return RequestForm::http;
  if (name == "hurl") return RequestForm::hurl;
  if (name == "har") return RequestForm::har;
  return std::nullopt;
}

std::string file_name(const ReceivedEvent& event, std::string_view ending) {
  return fmt::format("{}.{}", event.type.value_or(event.id), ending);
}

Response no_such_form() {
  return error_response(400, "no-such-form", "the form is one of curl, http, hurl, har and fixture");
}

}  // namespace

/// Returns where the event would be forwarded, or else where it was received.
Url Api::target_for(const ReceivedEvent& event) const {
  std::string url = settings_.listening.empty() ? default_url : settings_.listening;
  for (const InspectorTarget& target : settings_.forward)
    if (target.type.empty()) url = target.url;
  for (const InspectorTarget& target : settings_.forward)
    if (event.type && same_event(target.type, *event.type)) url = target.url;
  return parse_url(url);
}

Response Api::export_one(const Request& request, const FeedItem& item) const {
  const ReceivedEvent& event = *item.event;
  const std::string name = query_value(request.target, "form").value_or("");
  if (name == "fixture") {
    return download_response("application/octet-stream", file_name(event, "json"), event.request.body);
  }
  const auto form = form_named(name);
  if (!form) return no_such_form();
  try {
    const auto given = query_value(request.target, "url");
    ReplayOrder order{.id = event.id, .url = given ? parse_url(*given) : target_for(event), .body = {}};
    order.is_as_recorded = query_value(request.target, "resign") != "1";
    if (!order.is_as_recorded && settings_.secrets.empty()) {
      return error_response(409, "no-secret", "there is no secret to sign with");
    }
    if (!order.is_as_recorded && settings_.is_development_secret && !order.url.is_loopback()) {
      return error_response(403, "development-secret",
                            "the development secret is never used for another machine");
    }
    const Secret secret = settings_.secrets.empty() ? Secret("") : settings_.secrets.front();
    const Time now = settings_.now();
    RequestExporter exporter(*form, order.url, settings_.version);
    std::string text = exporter.begin();
    text += exporter.add(request_of(order, event, secret, now), event.type.value_or("event"),
                         order.is_as_recorded ? event.received_at : now);
    text += exporter.end();
    return download_response(*form == RequestForm::har ? "application/json" : "text/plain; charset=utf-8",
                             file_name(event, name), std::move(text));
  } catch (const Error& error) {
    return error_response(422, "not-exportable", error.what());
  }
}

Response Api::export_many(const Request& request) const {
  const auto json = JsonText::parse(request.body);
  const auto ids = json ? json->member(JsonText::root, "ids") : std::nullopt;
  if (!ids || json->kind(*ids) != JsonText::Kind::array) {
    return error_response(400, "malformed", R"(the body is {"form":"har","ids":["…"]})");
  }
  const std::string name = string_of(*json, "form").value_or("har");
  const auto form = form_named(name);
  if (!form) return no_such_form();
  std::string text;
  try {
    std::optional<RequestExporter> exporter;
    for (const JsonText::Index id : json->children(*ids)) {
      const auto item = archive_.find(unescape_json_string(json->raw(id)));
      if (!item) continue;
      const ReceivedEvent& event = *item->event;
      const ReplayOrder order{.id = event.id, .url = target_for(event), .body = {}, .is_as_recorded = true};
      if (!exporter) {
        exporter.emplace(*form, order.url, settings_.version);
        text = exporter->begin();
      }
      text += exporter->add(request_of(order, event, Secret(""), event.received_at),
                            event.type.value_or("event"), event.received_at);
    }
    if (!exporter) return error_response(404, "no-such-event", "none of these events is there");
    text += exporter->end();
  } catch (const Error& error) {
    return error_response(422, "not-exportable", error.what());
  }
  return download_response(*form == RequestForm::har ? "application/json" : "text/plain; charset=utf-8",
                           "events." + name, std::move(text));
}

void Api::replay(const Request& request, Responder respond) {
  if (settings_.is_read_only || !settings_.send) {
    return respond(error_response(409, "read-only", "this inspector sends nothing; use alohook replay"));
  }
  const auto json = JsonText::parse(request.body);
  const auto id = json ? string_of(*json, "id") : std::nullopt;
  const auto url = json ? string_of(*json, "url") : std::nullopt;
  if (!id || !url) return respond(error_response(400, "malformed", R"(the body is {"id":"…","url":"…"})"));
  const auto item = archive_.find(*id);
  if (id->empty() || !item) {
    return respond(error_response(404, "no-such-event", "there is no event with this id"));
  }
  ReplayOrder order{.id = item->event->id, .url = {}, .body = string_of(*json, "body")};
  order.is_as_recorded = is_true(*json, "as_recorded");
  if (const auto encoded = string_of(*json, "body_base64")) {
    order.body = base64_decode(*encoded);
    if (!order.body) return respond(error_response(400, "malformed", "body_base64 is not base64"));
  }
  Request sent;
  const Time now = settings_.now();
  try {
    order.url = parse_url(*url);
    if (!order.is_as_recorded && settings_.is_development_secret && !order.url.is_loopback()) {
      return respond(error_response(403, "development-secret",
                                    "the development secret is never used for another machine; restart with "
                                    "--secret-file FILE"));
    }
    if (!order.is_as_recorded && settings_.secrets.empty()) {
      return respond(error_response(409, "no-secret", "there is no secret to sign with"));
    }
    sent = request_of(order, *item->event, settings_.secrets.empty() ? Secret("") : settings_.secrets.front(),
                      now);
  } catch (const Error& error) {
    return respond(error_response(422, "bad-url", error.what()));
  }
  try {
    const bool is_started =
        replays_.start(std::move(order), std::move(sent), now, [respond](const ReplayResult& result) {
          respond(json_response(fmt::format(R"({{"schema":1,"replay":{}}})", to_json(result))));
        });
    if (!is_started) respond(error_response(429, "too-many", "four replays are under way; try again soon"));
  } catch (const Error& error) {
    respond(error_response(503, "no-thread", error.what()));
  }
}

}  // namespace alohook
