#pragma once
#include <cstddef>

namespace alohook {

/// The result of waiting for bytes.
struct ReadResult {
  enum class Kind { data, end, reset, timed_out };
  Kind kind = Kind::data;
  std::size_t bytes = 0;  ///< at least 1 if the kind is `data`
};

}  // namespace alohook
