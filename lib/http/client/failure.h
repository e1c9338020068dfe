#pragma once
#include <cstddef>
#include <string>

#include "http/message.h"

namespace alohook {

/// Ends an exchange from inside the client's parts; `Client::send` turns it into a value.
struct Failure {
  Obstacle obstacle;
  std::string detail;  ///< one line, safe for a terminal
};

/// The result of waiting for bytes.
struct ReadResult {
  enum class Kind { data, end, reset, timed_out };
  Kind kind = Kind::data;
  std::size_t bytes = 0;  ///< at least 1 with `data`
};

}  // namespace alohook
