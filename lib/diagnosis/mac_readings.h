#pragma once
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "diagnosis/causes.h"
#include "signing/signature.h"

namespace alohook {

/// One way to read a signature header's value as a digest.
struct MacReading {
  std::string bytes;
  std::vector<CauseId>
      causes;              ///< what is wrong with the way it is written; empty for one of ALO's encodings
  std::string note;        ///< the end of a sentence that starts with "the signature"
  bool is_prefix = false;  ///< the digest's end is missing

  int deviations() const { return static_cast<int>(causes.size()); }
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
