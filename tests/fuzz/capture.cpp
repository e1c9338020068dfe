// Whatever a person saved of a request: HAR, a platform's event, a curl command, a dump of headers.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "base/error.h"
#include "journal/capture.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  try {
    for (const auto& captured : alohook::read_capture({reinterpret_cast<const char*>(data), size})) {
      // Four: percent-encoding and escapes of commands may grow, UTF-16 becomes three bytes for two.
      if (captured.request.body.size() > 4 * size) std::abort();
    }
  } catch (const alohook::Error& error) {
    if (*error.what() == '\0') std::abort();
  }
  return 0;
}
