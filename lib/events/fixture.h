#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/random.h"

namespace alohook {

/// A body that can be sent by name.
struct Fixture {
  std::string name;  ///< the file's name without `.json`
  std::string body;  ///< exact bytes
  // What can be relied on, one sentence each; empty for fixtures that are not built in.
  std::string documented = {};  ///< what ALO's pages say
  std::string invented = {};    ///< what is there only to look real
};

/// The fixtures built into the program, the challenge first, then in the order of ALO's table.
const std::vector<Fixture>& built_in_fixtures();

/// Makes a fixture look new, byte for byte in place so that everything else stays as it is:
/// each UUID becomes another one, each number under a key `id` or `…Id` another of as many digits, equal ones staying
/// equal; and all times (ISO 8601 in UTC, and Unix milliseconds in strings) move together so that the latest is `now`.
/// A body that is not JSON comes back as it is.
std::string refresh(std::string_view body, Time now, const RandomBits& random);

}  // namespace alohook
