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

/// One way to interpret a signature header's value as a digest.
struct MacReading {
  enum class Part : std::uint8_t { whole, start, end };

  std::string bytes;            ///< the digest, or what is left of it; if `write` is set, a text
  std::vector<CauseId> causes;  ///< what is wrong with the encoding; empty for one of ALO's encodings
  std::string note;             ///< continues "the right MAC, "
  std::string_view fix = {};    ///< how to encode it instead, if the cause's own advice isn't enough
  Part part = Part::whole;
  int changed_digits = 0;  ///< number of hex digits that may differ
  /// Set for lossy encodings: the computed digest is encoded in the same way, and the texts are compared.
  std::string (*write)(std::string_view digest) = nullptr;

  int deviations() const { return static_cast<int>(causes.size()); }
  std::size_t digest_size() const;
  /// Returns whether the digest matches this interpretation.
  bool fits(std::string_view digest) const;
};

/// A truncated MAC with fewer bytes than this proves nothing.
inline constexpr std::size_t shortest_prefix = 8;

/// Interprets the value in every plausible way, the strict one first. If `wanted` is set, any other encoding counts as
/// a deviation, even one of ALO's.
std::vector<MacReading> read_mac(std::string_view value, std::optional<Encoding> wanted);

/// What the form of the value alone shows, without any key.
struct ShapeRemark {
  CauseId cause;
  std::string note;
};
std::optional<ShapeRemark> look_at_mac(std::string_view value);

}  // namespace alohook
