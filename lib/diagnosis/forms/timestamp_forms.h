#pragma once
#include <chrono>
#include <optional>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "diagnosis/forms/form.h"

namespace alohook {

/// Returns what real-world code signs as the timestamp, starting with the header's own value.
std::vector<Form> timestamp_forms(std::string_view header);

/// Returns the same if there was no timestamp: what languages print for "nothing", and every second around `now`.
std::vector<Form> timestamp_forms_without_header(Time now, std::chrono::seconds tolerance);

/// Returns what is wrong with a header value that isn't a plain number of Unix seconds near `now`; nullopt if nothing
/// is. The cause is `timestamp_form`, `timestamp_missing` or `headers_altered`.
std::optional<Form> look_at_timestamp(std::string_view header, Time now);

}  // namespace alohook
