#pragma once
#include <string_view>

// How checks are classified.
namespace alohook {

enum class Severity {
  must,    ///< security or working together is broken without it
  should,  ///< widely recommended; real harm has been seen
  may,     ///< for information
};

/// What running a check does to the receiver.
enum class CheckClass {
  s0,  ///< unsigned, badly signed, or the challenge: a correct receiver does nothing
  s1,  ///< correctly signed, of a type that nobody handles
  s2,  ///< a realistic event, with effects
  s3,  ///< load and large bodies
  s4,  ///< needs the developer's help to see effects
};

enum class CheckResult { pass, fail, inconclusive, skip };
std::string_view name_of(Severity severity);
std::string_view name_of(CheckClass check_class);  ///< `S0` …
std::string_view name_of(CheckResult result);

}  // namespace alohook
