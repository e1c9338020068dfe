#pragma once
#include <string>
#include <vector>

#include "events/event_row.h"
#include "inspector/feed.h"

namespace alohook {

/// Larger bodies are omitted from an event's details. The page fetches them separately.
inline constexpr std::size_t max_inlined_body = 256 << 10;

/// Returns what the list shows about an event. `cause` is the ID of the likely cause; empty if unknown.
EventRow row_of(const FeedItem& item, std::string_view cause);

/// Returns the causes as a JSON array, with their fixes, and with the first difference if the body was changed.
std::string causes_json(const std::vector<Cause>& causes);

/// Returns the event as in the journal, but without a body over the limit. Sets `has_body` to whether it is included.
std::string event_json(ReceivedEvent event, bool& has_body);

}  // namespace alohook
