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
  // What is documented, one sentence each; empty for fixtures that are not built in.
  std::string documented = {};  ///< what ALO's pages say
  std::string invented = {};    ///< which parts are made up to look real
};

/// Returns the embedded fixtures, the challenge first, then in the order of ALO's table.
const std::vector<Fixture>& built_in_fixtures();

/// Refreshes ids and times in place, so that all other bytes stay the same:
/// replaces each UUID, and each number under a key `id` or `…Id` by one with as many digits. Equal ids stay equal.
/// All times (ISO 8601 in UTC, and Unix milliseconds in strings) move together so that the latest is `now`.
/// A body that is not JSON is returned unchanged.
std::string refresh(std::string_view body, Time now, const RandomBits& random);

}  // namespace alohook
