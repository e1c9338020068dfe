#include "base/random.h"

#include <fmt/format.h>

namespace alohook {

std::string make_uuid(const RandomBits& random) {
  const std::uint64_t high = (random() & ~0xF000ULL) | 0x4000ULL;         // version 4
  const std::uint64_t low = (random() & ~(3ULL << 62U)) | (2ULL << 62U);  // RFC 9562's variant
  return fmt::format("{:08x}-{:04x}-{:04x}-{:04x}-{:012x}", high >> 32U, (high >> 16U) & 0xFFFFU,
                     high & 0xFFFFU, low >> 48U, low & 0xFFFF'FFFF'FFFFULL);
}

}  // namespace alohook
