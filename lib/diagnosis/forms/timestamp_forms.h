#pragma once
#include <chrono>
#include <optional>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "diagnosis/forms/form.h"

namespace alohook {

/// What code in the wild signs as the timestamp, the header's own text first.
std::vector<Form> timestamp_forms(std::string_view header);

/// The same when no timestamp came: what code prints for "nothing", and every second around `now`.
std::vector<Form> timestamp_forms_without_header(Time now, std::chrono::seconds tolerance);

/// Returns what is wrong with a header's text that is no plain number of Unix seconds near `now`; nullopt when
/// nothing is. The cause is `timestamp_form`, `timestamp_missing` or `headers_altered`.
std::optional<Form> look_at_timestamp(std::string_view header, Time now);

}  // namespace alohook
