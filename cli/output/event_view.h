#pragma once
#include <string>

#include "journal/event_json.h"
#include "output/body_view.h"
#include "output/console.h"
#include "signing/signed_request.h"

namespace alohook {

struct EventView {
  BodyView body = {};
  bool with_headers = false;
};

/// Shows a received event for people: a line with time, type, verdict, status, duration and id; a line with where it
/// came from and how it was signed; headers when asked for; the body; an empty line.
std::string show_event(const ReceivedEvent& event, const EventView& view, const Palette& paint);

/// Returns what is to be known of a type: `alias of action_status_updated`, `unknown type`, or nothing.
std::string type_remark(const std::optional<std::string>& type);

/// Shows headers, one a line, for people.
std::string show_headers(const Headers& headers, std::string_view indent, const Palette& paint);

}  // namespace alohook
