// A HAR file from an arbitrary tool.
#include <cstdint>
#include <string_view>

#include "base/error.h"
#include "journal/har.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  try {
    alohook::read_har({reinterpret_cast<const char*>(data), size});
  } catch (const alohook::Error&) {
    // Shown to the user; any other exception is a finding.
  }
  return 0;
}
