#pragma once
#include <chrono>
#include <string>

#include "journal/event_json.h"
#include "output/body_view.h"
#include "output/console.h"
#include "output/local_time.h"
#include "signing/signature.h"

namespace alohook {

/// How much of an event is shown.
enum class EventOutput {
  pretty,   ///< two lines, with the body between them
  compact,  ///< two lines
  full,     ///< with headers, and all of the body
};

/// How an event is shown, and where.
struct EventView {
  BodyView body = {};
  EventOutput output = EventOutput::pretty;
  bool with_headers = false;
  bool is_remembered = false;        ///< `alohook show ID` finds the event
  bool has_several_targets = false;  ///< responses name theirs
  std::size_t width = 0;             ///< columns of the terminal; 0: no limit
  std::size_t rows = 0;              ///< of the terminal; 0: no limit
  std::chrono::seconds tolerance = default_tolerance;
};

/// Shows that an event has arrived: a line with time, type, id and verdict; below it the body, or why it was rejected.
std::string show_arrival(const ReceivedEvent& event, const EventView& view, const Palette& paint);

/// Shows how an event was answered: a line with time, status, id and duration. The id joins it to the arrival.
std::string show_response(const ReceivedEvent& event, const EventView& view, const Palette& paint);

/// Shows the result of a replay in one line.
std::string show_replay(const std::string& id, Time at, const std::string& url, const Exchange& exchange,
                        const EventView& view, const Palette& paint);

/// Returns whether alohook sent the request itself, to find out how the receiver reacts: no event of ALO's.
bool is_probe(const Request& request);

/// Returns what is to be known of a type: `alias of action_status_updated`, `unknown type`, or nothing.
std::string type_remark(const std::optional<std::string>& type);

/// Shows headers, one a line, for people.
std::string show_headers(const Headers& headers, std::string_view indent, const Palette& paint);

/// Returns the first characters of an id: enough for people, and for `alohook show`.
std::string short_id(const std::string& id);

}  // namespace alohook
