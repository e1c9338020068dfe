#pragma once
#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/random.h"
#include "json/json_edit.h"

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

/// A part of a body that is different in each event. Its replacement is as long as it is.
struct FreshPart {
  enum class Kind {
    uuid,
    number,  ///< digits under a key `id` or `…Id`
    time,    ///< ISO 8601 in UTC, or Unix milliseconds
  };
  Kind kind = Kind::uuid;
  std::size_t offset = 0;  ///< in bytes
  std::size_t length = 0;
  std::chrono::milliseconds before_latest{0};  ///< of a time: how long before the body's latest one
};

/// Returns the ids of a body in their order, then its times. A body that is not JSON has none.
std::vector<FreshPart> fresh_parts(std::string_view body);

/// Follows a change of the body: the parts behind it move, and what it replaces is fresh no longer.
void follow_change(std::vector<FreshPart>& parts, const Splice& change);

/// Refreshes ids and times in place, so that all other bytes stay the same:
/// replaces each UUID, and each number under a key `id` or `…Id` by one with as many digits. Equal ids stay equal.
/// All times (ISO 8601 in UTC, and Unix milliseconds in strings) move together so that the latest is `now`.
/// A body that is not JSON is returned unchanged.
std::string refresh(std::string_view body, Time now, const RandomBits& random);

}  // namespace alohook
