#include "sender/pace.h"

#include <algorithm>

namespace alohook {

Pace real_pace() {
  using std::chrono::steady_clock;
  const auto began = steady_clock::now();
  return {
      .elapsed =
          [began] {
            return std::chrono::duration_cast<std::chrono::microseconds>(steady_clock::now() - began);
          },
      .wait =
          [began](auto& lock, auto& changed, auto until) {
            constexpr std::chrono::hours longest{24};  // a time far in the future would overflow
            const auto bound =
                std::chrono::duration_cast<std::chrono::microseconds>(steady_clock::now() - began) + longest;
            changed.wait_until(lock, began + std::min<std::chrono::microseconds>(until, bound));
          },
  };
}

}  // namespace alohook
