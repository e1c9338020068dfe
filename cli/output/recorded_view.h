#pragma once
#include <string>
#include <string_view>

#include "output/event_view.h"

namespace alohook {

/// Shows a remembered event in one line: time, type, verdict, status, id. `width` is the terminal's; 0: no limit.
std::string show_row(const ReceivedEvent& event, std::size_t width, const Palette& paint);

/// Returns the same as one line of JSON, `schema` first, without its newline.
std::string row_json(const ReceivedEvent& event);

/// Shows all that is known of an event: headers, body, verdict with causes and fixes, response, and forward result.
/// `language` chooses the fixes (`Node`); empty: all.
std::string show_whole_event(const ReceivedEvent& event, std::string_view language, const Palette& paint);

}  // namespace alohook
