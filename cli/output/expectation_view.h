#pragma once
#include <string>

#include "output/console.h"
#include "receiver/stop_condition.h"

namespace alohook {

/// Formats the results of `--expect` and of the command for people, one line each. Empty if nothing was expected.
std::string show_expectation(const StopCondition::Result& result, const Palette& paint);

/// The same as lines of JSON, parted by LF: `{"schema":1,"event":"expectation",…}` for each type, and
/// `{"schema":1,"event":"summary","met":…}` last.
std::string expectation_json(const StopCondition::Result& result);

}  // namespace alohook
