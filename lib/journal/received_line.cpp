#include "journal/received_line.h"

#include <utility>

#include "journal/reader.h"

namespace alohook {

std::optional<ReceivedEvent> read_received_line(std::string_view line) {
  auto recorded = read_journal_line(line);
  if (!recorded) return std::nullopt;
  ReceivedEvent event = as_received(std::move(*recorded));
  event.causes.clear();  // they lack their fixes, and are looked for again
  return event;
}

}  // namespace alohook
