#pragma once
#include <span>
#include <string_view>

namespace alohook {

/// What a raw-body check adds to its request to see whether something changes it before verification.
struct BodyProbe {
  enum class Trait {
    plain,
    risky,       ///< a correct parser may reject it: sent on its own, and such a rejection is no failure
    suspicious,  ///< security filters look for it: a rejection without proof of a change is only a warning
  };
  enum class End { none, lf, crlf };

  std::string_view check;  ///< the id of the raw check
  std::string_view sent;   ///< goes on after "a body with "
  std::string_view
      members;  ///< put in front of the body's other members, which come after them in sorted order
  Trait trait = Trait::plain;
  End end = End::none;
};

/// Returns all probes, in the order of their checks.
std::span<const BodyProbe> body_probes();

}  // namespace alohook
