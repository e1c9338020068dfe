#pragma once
#include <optional>
#include <string_view>

#include "journal/event_json.h"

namespace alohook {

/// Reads a line of a journal back as the event that was received, with its verdict, its response and its forward
/// result, but without causes. Of a forward result's body the journal holds the first 4 KiB. Returns nullopt when the line isn't an event of schema 1.
std::optional<ReceivedEvent> read_received_line(std::string_view line);

}  // namespace alohook
