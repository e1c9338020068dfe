#pragma once
#include <string>

#include "output/console.h"
#include "receiver/stop_condition.h"

namespace alohook {

/// Shows for people what came of what was expected, one line each, and of the command. Empty when nothing was.
std::string show_expectation(const StopCondition::Result& result, const Palette& paint);

/// The same as lines of JSON, parted by LF: `{"schema":1,"event":"expectation",…}` for each type, and
/// `{"schema":1,"event":"summary","met":…}` last.
std::string expectation_json(const StopCondition::Result& result);

}  // namespace alohook
