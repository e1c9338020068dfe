#pragma once
#include <string>

#include "base/clock.h"

namespace alohook {

/// Formats as `12:01:37`, in the local time zone.
std::string local_clock(Time time);

/// Formats as `Thursday, 26 November 2026`, in the local time zone.
std::string local_date(Time time);

}  // namespace alohook
