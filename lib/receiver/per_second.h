#pragma once
#include <cstdint>

#include "base/clock.h"

namespace alohook {

/// Limits how often something is done per second, so that a flood of requests stays cheap. For use by a single thread.
class PerSecond {
 public:
  explicit PerSecond(int limit) : limit_(limit) {}
  bool allows(Time now) {
    const std::int64_t second = unix_seconds(now);
    if (second != second_) count_ = 0;
    second_ = second;
    return ++count_ <= limit_;
  }

 private:
  int limit_;
  int count_ = 0;
  std::int64_t second_ = 0;
};

}  // namespace alohook
