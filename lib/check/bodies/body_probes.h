#pragma once
#include <span>
#include <string_view>

namespace alohook {

/// What a raw-body check adds to its request to see whether something changes it before verification.
struct BodyProbe {
  enum class Trait {
    plain,
    risky,       ///< a correct parser may reject it, so it is sent by itself, and a rejection isn't a failure
    suspicious,  ///< security filters look for it, so a rejection without proof of a change is only a warning
  };
  enum class End { none, lf, crlf };

  std::string_view check;    ///< the ID of the raw-body check
  std::string_view sent;     ///< continues "a body with "
  std::string_view members;  ///< inserted before the body's other members, which sort after them
  Trait trait = Trait::plain;
  End end = End::none;
};

/// Returns all probes, in the order of their checks.
std::span<const BodyProbe> body_probes();

}  // namespace alohook
