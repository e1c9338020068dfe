#pragma once
#include <cstdint>
#include <functional>
#include <string>

namespace alohook {

/// A source of random 64-bit numbers; seeded for repeatable runs.
using RandomBits = std::function<std::uint64_t()>;

/// Returns a random (version 4) UUID in lower case.
std::string make_uuid(const RandomBits& random);

}  // namespace alohook
