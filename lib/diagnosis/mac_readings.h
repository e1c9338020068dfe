#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "diagnosis/causes.h"
#include "signing/signature.h"

namespace alohook {

/// One way to read a signature header's value as a digest.
struct MacReading {
  enum class Part : std::uint8_t { whole, start, end };

  std::string bytes;  ///< the digest, or what is left of it; with `write`, a text
  std::vector<CauseId>
      causes;                 ///< what is wrong with the way it is written; empty for one of ALO's encodings
  std::string note;           ///< goes on after "the right MAC, "
  std::string_view fix = {};  ///< how to write it instead, when that is more than the cause's own advice
  Part part = Part::whole;
  int changed_digits = 0;  ///< so many hex digits may differ
  /// Set for texts that lose something: the digest is written in the same way and the texts are compared.
  std::string (*write)(std::string_view digest) = nullptr;

  int deviations() const { return static_cast<int>(causes.size()); }
  std::size_t digest_size() const;
  /// Returns whether the digest is what was read.
  bool fits(std::string_view digest) const;
};

/// A cut-off MAC proves nothing below this many bytes.
inline constexpr std::size_t shortest_prefix = 8;

/// Reads the value in every way that makes sense, the strict one first. With `wanted` set, another of ALO's
/// encodings counts as a deviation too.
std::vector<MacReading> read_mac(std::string_view value, std::optional<Encoding> wanted);

/// What the value's shape alone says, without any key.
struct ShapeRemark {
  CauseId cause;
  std::string note;
};
std::optional<ShapeRemark> look_at_mac(std::string_view value);

}  // namespace alohook
