#pragma once
#include <string>
#include <vector>

#include "events/event_row.h"
#include "inspector/feed.h"

namespace alohook {

/// Bodies over this size are left out of an event's details; the page fetches them on their own.
inline constexpr std::size_t max_inlined_body = 256 << 10;

/// Returns what the list shows of an event. `cause` is the likely cause's id, empty when it isn't known.
EventRow row_of(const FeedItem& item, std::string_view cause);

/// Returns the causes as a JSON array, with their fixes, and the first difference where the body was changed.
std::string causes_json(const std::vector<Cause>& causes);

/// Returns the event as its line in the journal, without a body over the limit; `has_body` says whether it has it.
std::string event_json(ReceivedEvent event, bool& has_body);

}  // namespace alohook
