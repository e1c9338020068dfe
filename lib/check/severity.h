#pragma once
#include <string_view>

// The classification of checks.
namespace alohook {

enum class Severity {
  must,    ///< without it, security or interoperability is broken
  should,  ///< widely recommended; not doing it has caused real harm
  may,     ///< informational
};

/// What running a check can do to the receiver.
enum class CheckClass {
  s0,  ///< unsigned or badly signed requests, or the challenge: nothing if it is correct
  s1,  ///< correctly signed events of a type that nobody handles
  s2,  ///< a realistic event, which has effects
  s3,  ///< load and large bodies
  s4,  ///< needs the developer's help to observe effects
};

enum class CheckResult { pass, fail, inconclusive, skip };
std::string_view name_of(Severity severity);
std::string_view name_of(CheckClass check_class);  ///< `S0` …
std::string_view name_of(CheckResult result);

}  // namespace alohook
